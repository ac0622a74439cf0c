#pragma once

#include <span>
#include <string>

#include "notify/entry.hpp"
#include "notify/reader.hpp"

namespace pushbench::polling {

/// What a poll that found something is answered with.
struct Answer {
    std::string
        body;  ///< `{"cursor":"k3x9a1-17","notifications":[…]}`, with `"gaps":[…]` where history was lost
    std::size_t notifications = 0;
    std::size_t gaps = 0;
};

/// Most of what one answer carries; the rest comes with the next poll.
inline constexpr std::size_t kMostNotifications = 1024;
inline constexpr std::size_t kMostBytes = 256 * 1024;

/// The JSON of a notification: the cursor stands beside them, once an answer.
std::string encode(const Notification& notification, const Epoch& epoch);

/// Reads what the cursors are behind and moves them past it. Entries are the JSON of one notification each.
/// `told` are the gaps that follow() reported.
Answer take_answer(Reader& reader, std::span<const Gap> told = {});

}  // namespace pushbench::polling
