#pragma once

#include <span>
#include <string>
#include <string_view>

#include "loadgen/dialects/dialect.hpp"

namespace pushbench::loadgen {

/// A dialect that is part of the program: its file's name and text, compiled in.
struct ShippedDialect {
    std::string_view name;
    std::string_view text;
};
std::span<const ShippedDialect> shipped_dialects();

/// "mercure" for a shipped one, "./mine.toml" (with a '/' or the ending .toml) for a file. Throws Failure
/// with one line: the file, the line in it, what was wrong, what would be right.
Dialect load_dialect(const std::string& name_or_path);

/// The same from text; `file` is what messages call it.
Dialect read_dialect(std::string_view text, const std::string& file);

/// "pushbench, plain, …".
std::string dialect_names();
/// One dialect a line with transports, what it was tried against, and what it is: for loadgen --dialects.
std::string describe_dialects();

}  // namespace pushbench::loadgen
