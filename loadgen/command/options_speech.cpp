#include <iostream>

#include "loadgen/command/option_groups.hpp"
#include "loadgen/command/option_readers.hpp"
#include "loadgen/dialects/compose.hpp"
#include "loadgen/dialects/load.hpp"
#include "loadgen/dialects/template.hpp"
#include "loadgen/transport/table.hpp"
#include "loadgen/trial/publishing.hpp"
#include "loadgen/wire/failure.hpp"
#include "loadgen/wire/url.hpp"

namespace pushbench::loadgen {
namespace {

Url target_url(const Settings& settings) {
    try {
        return parse_url(settings.target);
    } catch (const Failure& failure) {
        throw Failure("--target " + std::string{failure.what()});
    }
}

const Transport* by_scheme(const Settings& settings, std::span<const Transport> rows) {
    const Transport* websocket = find_transport(rows, "websocket");
    if (target_url(settings).is_websocket() && websocket != nullptr) return websocket;
    throw Failure("--transport is required: " + transport_names(rows));
}

}  // namespace

void add_speech(CLI::App& app, Options& options) {
    Settings& settings = options.trial;
    app.option_defaults()->group("How to speak");
    app.add_option(
           "--dialect", settings.speech_choice.dialect,
           "how the server wants to be spoken to: " + dialect_names() +
               ", or a file such as ./mine.toml; by itself plain where --target is a URL, else pushbench")
        ->type_name("NAME");
    app.add_flag_callback(
        "--dialects",
        [] {
            std::cout << describe_dialects() << std::flush;
            throw CLI::Success();
        },
        "list the dialects that are built in, and exit");
    app.add_option("--header", settings.speech_choice.headers,
                   "'Name: value' to say with each request, as often as needed")
        ->type_name("TEXT")
        ->allow_extra_args(false);
    app.add_option("--subprotocol", settings.speech_choice.subprotocol, "of the WebSocket; '' for none")
        ->type_name("NAME");
    app.add_option("--tokens", settings.speech_choice.tokens_file,
                   "one token a line: client i is given the i-th, as {token} in target, headers and messages")
        ->type_name("FILE");
}

namespace {

/// Whether what we publish ourselves holds a marker.
bool publishes_markers(const Settings& settings) {
    if (!publishes_by_url(settings)) return false;
    return carries_marker(plan_route(settings.publish, route_context(settings)));
}

/// As was said; else what our own publisher sends; else what the server's messages are by themselves.
MessageKind kind_of_messages(const Settings& settings, const std::string& of_dialect) {
    if (settings.speech_choice.message) return *settings.speech_choice.message;
    if (publishes_markers(settings)) return MessageKind::marker;
    return message_kind(of_dialect).value_or(MessageKind::json);
}

/// What nobody gives would be left out, and who said it by hand would not know.
void check_tokens(const Settings& settings, const std::string& path) {
    if (!settings.tokens.empty()) return;
    const auto check = [](const char* option, const std::string& text, Template::Names names) {
        if (Template{text, Template::Place::text, names}.names("token"))
            throw Failure(std::string{option} + " '" + text + "' names {token}; give --tokens FILE too");
    };
    const SpeechChoice& given = settings.speech_choice;
    check("--target", path, Template::of_subscriber);
    for (const std::string& header : given.headers) check("--header", header, Template::of_subscriber);
    check("--subprotocol", given.subprotocol.value_or(""), Template::of_subscriber);
}

void check_scheme(const Settings& settings, const Url& url) {
    if (url.is_websocket() && settings.transport->name != "websocket")
        throw Failure("--target " + settings.target + " is for websocket, not for --transport " +
                      std::string{settings.transport->name} + "; give http:// or https:// for that");
}

}  // namespace

void settle_speech(Settings& settings, std::span<const Transport> rows) {
    try {
        settings.message = settings.speech_choice.message.value_or(MessageKind::json);
        if (settings.transport == nullptr) settings.transport = by_scheme(settings, rows);
        // The bare programs that are held against a transport have rows of their own, and no dialect.
        if (settings.transport->opening == Opening::by_connect) return;
        const SpeechChoice& given = settings.speech_choice;
        const Url url = target_url(settings);
        check_scheme(settings, url);
        const std::string by_itself = url.scheme.empty() ? "pushbench" : "plain";
        const Dialect dialect = load_dialect(given.dialect.empty() ? by_itself : given.dialect);
        settings.dialect = dialect.name;
        settings.speech = compose_speech(
            dialect, {settings.transport->name, url.path_and_query, given.headers, given.subprotocol});
        settings.dialect_publish = dialect.publish;
        settings.message = kind_of_messages(settings, dialect.message);
        if (!given.tokens_file.empty()) settings.tokens = read_tokens("--tokens", given.tokens_file);
        check_tokens(settings, url.path_and_query);
    } catch (const Failure& failure) {
        throw CLI::ValidationError(failure.what());
    }
}

}  // namespace pushbench::loadgen
