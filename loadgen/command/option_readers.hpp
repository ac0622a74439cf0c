#pragma once

#include <CLI/CLI.hpp>
#include <charconv>
#include <chrono>
#include <string>
#include <type_traits>
#include <vector>

namespace pushbench::loadgen {

/// Throws "--rate: 'abc' is not …". CLI11 puts nothing around it.
[[noreturn]] void wrong(const std::string& option, const std::string& text, const std::string& right);

/// A number as people write it: 50, 0.5, 1000000000.
std::string plain(double number);

/// Numbers are read here and not by CLI11, so that one wording says what would have been right.
template <class Number>
void number_option(CLI::App& app, const std::string& name, Number& value, double low, double high,
                   const std::string& help) {
    const auto read = [&value, name, low, high](const std::string& text) {
        Number parsed{};
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), parsed);
        const bool whole = std::is_integral_v<Number>;
        const auto size = static_cast<double>(parsed);
        if (error != std::errc{} || end != text.data() + text.size() || !(size >= low && size <= high))
            wrong(name, text,
                  (whole ? "a whole number from " : "a number from ") + plain(low) + " to " + plain(high));
        value = parsed;
    };
    app.add_option_function<std::string>(name, read, help)
        ->type_name("N")
        ->default_str(plain(static_cast<double>(value)));
}

/// A URL, or HOST:PORT; or nothing but HOST:PORT. Whether there is such a host is not asked.
CLI::Validator url_check(bool address_only);

/// The lines of a file that are not empty: one at least.
std::vector<std::string> read_tokens(const std::string& option, const std::string& path);

/// A time such as 10s or 250ms. `shown` is the default as `--help` says it.
void duration_option(CLI::App& app, const std::string& name, std::chrono::nanoseconds& value,
                     bool may_be_zero, const std::string& shown, const std::string& help);

}  // namespace pushbench::loadgen
