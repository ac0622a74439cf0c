#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pushbench::loadgen {

/// How the running kernel was built, as the text of its .config: from /proc/config.gz, or from beside the
/// kernel as distributions lay it. Empty where it is in none of these places.
std::string kernel_config();

/// Whether an option is built in, by that text: it does not even name what this machine cannot have. Empty
/// where there is no text.
std::optional<bool> is_built_in(std::string_view config, std::string_view option);

}  // namespace pushbench::loadgen
