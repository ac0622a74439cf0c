#include "loadgen/dialects/compose.hpp"

#include <algorithm>

#include "loadgen/dialects/header.hpp"
#include "loadgen/wire/failure.hpp"

namespace pushbench::loadgen {
namespace {

/// Runs `make`; what is wrong is said behind the option and its value.
template <class Make>
auto for_option(std::string_view option, std::string_view value, Make make) {
    try {
        return make();
    } catch (const Failure& failure) {
        throw Failure(std::string{option} + " '" + std::string{value} + "' " + failure.what());
    }
}

const Speech& spoken(const Dialect& dialect, std::string_view transport) {
    const Speech* speech = dialect.speech(transport);
    if (speech == nullptr)
        throw Failure("--dialect " + dialect.name + " does not speak " + std::string{transport} +
                      "; it speaks " + dialect.transports());
    return *speech;
}

}  // namespace

Speech compose_speech(const Dialect& dialect, const SpeechOptions& options) {
    constexpr Template::Names names = Template::of_subscriber;
    Speech speech = spoken(dialect, options.transport);
    if (!options.path.empty())
        speech.path = for_option("--target", options.path, [&] {
            return Template{options.path, Template::Place::url, names};
        });
    if (speech.path.empty()) speech.path = Template{"/", Template::Place::url, names};
    std::vector<HeaderTemplate> given;
    for (const std::string& line : options.headers)
        given.push_back(for_option("--header", line, [&] { return parse_header_template(line, names); }));
    // Said by hand, they stand in the place of the dialect's own.
    std::erase_if(speech.headers, [&](const HeaderTemplate& own) { return has_header(given, own.name); });
    speech.headers.insert(speech.headers.end(), given.begin(), given.end());
    if (options.subprotocol) {
        if (options.transport != "websocket")
            throw Failure("--subprotocol '" + *options.subprotocol +
                          "' is for the transport websocket, not for " + std::string{options.transport});
        speech.subprotocol = for_option("--subprotocol", *options.subprotocol, [&] {
            return Template{*options.subprotocol, Template::Place::header, names};
        });
    }
    return speech;
}

}  // namespace pushbench::loadgen
