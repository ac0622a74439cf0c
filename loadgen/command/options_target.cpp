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
           transport_names(rows))
        ->type_name("NAME")
        ->required();
    app.add_option("--target", settings.target, "address of the server")
        ->check(url_check(false))
        ->capture_default_str();
}

}  // namespace pushbench::loadgen
