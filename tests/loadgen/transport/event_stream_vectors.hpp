#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace pushbench::loadgen {

/// One stream and what a reader of it must find, by the text of the WHATWG HTML standard, §9.2.5 and §9.2.6.
struct EventStreamVector {
    const char* says;
    std::string stream;
    /// Each as type|data|last event ID.
    std::vector<std::string> events;
    /// What a reconnect would send; empty: no Last-Event-ID.
    std::string last_event_id{};
    /// Every reconnection time, in the order in which they are set.
    std::vector<std::uint32_t> retries_ms{};
};

/// Lines and what ends them, the byte order mark, comments, fields.
std::vector<EventStreamVector> vectors_of_lines_and_fields();
/// What a block of lines comes to: data, types, IDs, reconnection times.
std::vector<EventStreamVector> vectors_of_events();

}  // namespace pushbench::loadgen
