#include "loadgen/command/option_readers.hpp"

#include <cstdio>

#include "loadgen/command/parse.hpp"

namespace pushbench::loadgen {

void wrong(const std::string& option, const std::string& text, const std::string& right) {
    throw CLI::ValidationError(option, "'" + text + "' is not " + right);
}

std::string plain(double number) {
    char text[32];
    std::snprintf(text, sizeof text, "%.15g", number);
    return text;
}

void duration_option(CLI::App& app, const std::string& name, std::chrono::nanoseconds& value,
                     bool may_be_zero, const std::string& shown, const std::string& help) {
    const auto read = [&value, name, may_be_zero](const std::string& text) {
        const auto parsed = parse_duration(text);
        if (!parsed || (!may_be_zero && parsed->count() == 0))
            wrong(name, text, "a duration such as 10s, 250ms or 1m");
        value = *parsed;
    };
    app.add_option_function<std::string>(name, read, help)->type_name("TIME")->default_str(shown);
}

}  // namespace pushbench::loadgen
