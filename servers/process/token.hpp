#pragma once

#include <string>

namespace pushbench {

/// The secret of an option such as `--admin-token-file`: the file's text without the white space around it.
/// Empty for an empty path. Throws std::runtime_error with one line where there is no such file, where it has
/// no token in it, or where anybody on the machine may read it.
std::string read_token(const std::string& path, const std::string& option = "--admin-token-file");

}  // namespace pushbench
