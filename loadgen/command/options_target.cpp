#include "loadgen/command/option_groups.hpp"
#include "loadgen/command/option_readers.hpp"
#include "loadgen/transport/table.hpp"

namespace pushbench::loadgen {

void add_target(CLI::App& app, Options& options, std::span<const Transport> rows) {
    app.option_defaults()->group("Target");
    Settings& settings = options.trial;
    app.add_option_function<std::string>(
           "--transport",
           [&settings, rows](const std::string& text) {
               settings.transport = find_transport(rows, text);
               if (settings.transport == nullptr)
                   wrong("--transport", text, "one of " + transport_names(rows));
           },
           transport_names(rows) + "; ws:// and wss:// say websocket by themselves")
        ->type_name("NAME");
    app.add_option(
           "--target", settings.target,
           "HOST:PORT of one of our servers, or a URL: http, https, ws or wss, with its path, where {i}, "
           "{topic}, {cursor} and {token} stand for the client's own")
        ->check(url_check(false))
        ->type_name("URL")
        ->capture_default_str();
    app.add_option("--ca", settings.tls.ca_file,
                   "authorities to trust with https and wss, PEM, in place of the system's")
        ->type_name("FILE");
    app.add_flag("--insecure", settings.tls.insecure, "do not verify certificates");
    app.add_option_function<std::string>(
           "--message",
           [&settings](const std::string& text) {
               const auto kind = message_kind(text);
               if (!kind) wrong("--message", text, std::string{message_kind_names});
               settings.speech_choice.message = kind;
           },
           "what is in a message: our json; a marker somewhere in any text; or opaque, which is counted and "
           "neither lost nor late")
        ->type_name("KIND")
        ->default_str("as the dialect says; marker with --publish");
}

}  // namespace pushbench::loadgen
