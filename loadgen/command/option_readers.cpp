#include "loadgen/command/option_readers.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>

#include "loadgen/command/parse.hpp"
#include "loadgen/wire/failure.hpp"
#include "loadgen/wire/url.hpp"

namespace pushbench::loadgen {

void wrong(const std::string& option, const std::string& text, const std::string& right) {
    throw CLI::ValidationError(option, "'" + text + "' is not " + right);
}

std::string plain(double number) {
    char text[32];
    std::snprintf(text, sizeof text, "%.15g", number);
    return text;
}

CLI::Validator url_check(bool address_only) {
    return CLI::Validator{[address_only](std::string& text) -> std::string {
                              try {
                                  const Url url = parse_url(text);
                                  const bool bare = url.scheme.empty() && url.path_and_query.empty();
                                  if (bare || !address_only) return {};
                                  return "'" + text + "' is not HOST:PORT, for example 127.0.0.1:9080";
                              } catch (const Failure& failure) {
                                  return failure.what();
                              }
                          },
                          ""};
}

std::vector<std::string> read_tokens(const std::string& option, const std::string& path) {
    errno = 0;
    std::ifstream file{path};
    std::vector<std::string> tokens;
    for (std::string line; std::getline(file, line);) {
        if (line.ends_with('\r')) line.pop_back();
        if (!line.empty()) tokens.push_back(line);
    }
    if (!file.eof())
        throw CLI::ValidationError(option, "'" + path + "' cannot be read: " + std::strerror(errno));
    if (tokens.empty())
        throw CLI::ValidationError(option, "'" + path + "' holds no token; there is one a line");
    return tokens;
}

void duration_option(CLI::App& app, const std::string& name, std::chrono::nanoseconds& value,
                     bool may_be_zero, const std::string& shown, const std::string& help) {
    const auto read = [&value, name, may_be_zero](const std::string& text) {
        const auto parsed = parse_duration(text);
        if (!parsed) wrong(name, text, "a duration such as 10s, 250ms or 1m");
        if (!may_be_zero && parsed->count() == 0)
            wrong(name, text, "longer than nothing; give one such as 10s");
        value = *parsed;
    };
    app.add_option_function<std::string>(name, read, help)->type_name("TIME")->default_str(shown);
}

}  // namespace pushbench::loadgen
