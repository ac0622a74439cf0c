#pragma once

#include <string>
#include <string_view>

#include "notify/notification.hpp"
#include "notify/reader.hpp"

// The event stream format of the WHATWG HTML standard, §9.2.5 "Parsing an event stream".

namespace pushbench::sse {

/// One event. A field is left out where it is empty. A line break in `data`, of whatever kind, starts another
/// `data:` line; the client puts them together again with line feeds.
std::string encode_event(std::string_view id, std::string_view event, std::string_view data);

/// `id:` is the sequence, `data:` the JSON. There is no `event:`, so that a browser's onmessage fires.
std::string encode(const Notification& notification);

/// `event: gap`, without an id: the client's last id stays what it was.
std::string encode(const Gap& gap);

/// A comment: clients skip it, proxies see traffic.
inline constexpr std::string_view kHeartbeat = ":\n\n";

/// How long a client waits before it reconnects.
inline constexpr std::string_view kRetry = "retry: 1000\n\n";

/// Sets the client's last event id and fires nothing: an event without data is not dispatched (§9.2.6).
std::string encode_id(std::string_view id);

}  // namespace pushbench::sse
