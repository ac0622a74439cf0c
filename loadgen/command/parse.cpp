#include "loadgen/command/parse.hpp"

#include "notify/duration.hpp"

namespace pushbench::loadgen {
std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text) {
    const auto ns = parse_duration_ns(text);
    return ns ? std::optional{std::chrono::nanoseconds{*ns}} : std::nullopt;
}

}  // namespace pushbench::loadgen
