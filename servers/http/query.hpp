#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/refusal.hpp"
#include "notify/cursor.hpp"

namespace pushbench {

/// A request target, taken apart: `/poll?topic=a&topic=b&after=3,7&wait=25s`.
struct Target {
    std::string path;
    std::vector<std::pair<std::string, std::string>> parameters;

    std::optional<std::string_view> find(std::string_view name) const;
};

/// Empty if `target` is neither the origin-form nor the absolute-form, which a proxy sends (RFC 9112 §3.2).
/// Bytes that browsers send as they are, such as `[ ] { } | ^`, need not be encoded.
std::optional<Target> parse_target(std::string_view target);

/// What a client wants to follow, and from where.
struct Wanted {
    std::vector<std::string> topics;  ///< at least one, each once
    Cursor from;
};

/// Reads `topic` and `after`. On a bad value: empty, and `refusal` says in one line what was wrong and what
/// is right. `last_event_id`, if there is one and it is not empty, stands for `after`: a browser that
/// reconnects repeats the old URL.
std::optional<Wanted> parse_wanted(const Target& target, std::optional<std::string_view> last_event_id,
                                   std::size_t most_topics, Refusal& refusal);

/// A topic's name is 1 to 128 bytes of UTF-8 without control characters.
bool is_topic_name(std::string_view name);
/// What is said to whoever names another.
Refusal bad_topic();
/// And to whoever publishes what is no text.
inline constexpr std::string_view kBadPayload = "bad payload: expected UTF-8 text";

}  // namespace pushbench
