#pragma once

#include <string>
#include <string_view>

#include "notify/entry.hpp"
#include "notify/reader.hpp"

// The event stream format of the WHATWG HTML standard, §9.2.5 "Parsing an event stream", in the chunked
// transfer coding of RFC 9112 §7.1: by its last chunk a client tells a stream that ended from one that was
// cut, and what is read chunk by chunk gets each event when it is sent.

namespace pushbench::sse {

/// One event. A field is left out where it is empty. A line break in `data`, of whatever kind, starts another
/// `data:` line; the client puts them together again with line feeds.
std::string encode_event(std::string_view id, std::string_view event, std::string_view data);

/// `bytes`, which are not none, as one chunk.
std::string encode_chunk(std::string_view bytes);
/// What encode_chunk() was given: what a client of HTTP/1.0 gets, which knows no chunks (RFC 9112 §6.1). No
/// copy: both kinds of clients are sent the same bytes from the same place.
std::string_view chunk_data(std::string_view chunk);
/// The chunk that says that all is said.
inline constexpr std::string_view kLastChunk = "0\r\n\r\n";

/// One event as one chunk. `id:` is the cursor, `data:` the JSON. There is no `event:`, so that a browser's
/// onmessage fires.
std::string encode(const Notification& notification, const Epoch& epoch);

/// `event: gap`, with the cursor to go on from as its id: a client that is cut off again right behind it is
/// told nothing twice and loses nothing.
std::string encode_gap(const Gap& gap);

/// An event with another id: that of a client of several topics.
std::string with_id(std::string_view event, std::string_view id);

/// A comment: clients skip it, proxies see traffic.
inline constexpr std::string_view kHeartbeat = ":\n\n";

/// How long a client waits before it reconnects.
inline constexpr std::string_view kRetry = "retry: 1000\n\n";

}  // namespace pushbench::sse
