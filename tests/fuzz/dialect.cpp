// A dialect is refused with one line, or can be spoken: its templates give text, and no header more than it
// has.
#include "loadgen/dialects/dialect.hpp"

#include "loadgen/dialects/load.hpp"
#include "loadgen/wire/failure.hpp"
#include "pieces.hpp"

namespace pushbench::fuzz {
namespace {

void speak(const loadgen::Speech& speech) {
    loadgen::TemplateValues values;
    values.i = "7";
    values.topic = "a b\r\nc\"{topic}";
    values.token = "\x01\xFF";
    std::string out;
    speech.path.append(values, out);
    must_hold(out.find('\r') == std::string::npos || speech.path.text().find("|raw") != std::string::npos ||
                  speech.path.text().find('\r') != std::string::npos,
              "a path has no line end that a value brought");
    for (const auto& one : speech.open) one.append(values, out);
    for (const auto& rule : speech.rules)
        if (rule.matches(out)) break;
}

}  // namespace
}  // namespace pushbench::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace pushbench;
    try {
        const auto dialect = loadgen::read_dialect({reinterpret_cast<const char*>(data), size}, "x.toml");
        for (const char* transport : {"websocket", "sse", "short-poll", "long-poll"})
            if (const loadgen::Speech* speech = dialect.speech(transport)) fuzz::speak(*speech);
    } catch (const loadgen::Failure& failure) {
        fuzz::must_hold(std::string_view{failure.what()}.find('\n') == std::string_view::npos,
                        "a failure is one line");
    }
    return 0;
}
