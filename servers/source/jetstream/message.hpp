#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "notify/cursor.hpp"

namespace pushbench::jetstream {

// What a message of the stream has in its headers besides the payload.
inline constexpr const char* kSeqHeader = "Pushbench-Seq";      ///< its number within the topic
inline constexpr const char* kTimesHeader = "Pushbench-Times";  ///< due_ns and sent_ns, a space between
inline constexpr const char* kIdHeader = "Pushbench-Id";        ///< of the publication: who, and which of his
/// By which the stream takes a message only where nobody was faster.
inline constexpr const char* kExpectedHeader = "Nats-Expected-Last-Subject-Sequence";

/// A whole number, and nothing else.
std::optional<std::uint64_t> parse_number(std::string_view text);

struct Times {
    std::int64_t due_ns = 0;
    std::int64_t sent_ns = 0;
};
std::string to_text(const Times& times);
std::optional<Times> parse_times(std::string_view text);

/// Which of a process's publications a message is: `k3x9a1b2-17`.
std::string to_id(std::string_view process, std::uint64_t number);
/// Empty where it is none of that process.
std::optional<std::uint64_t> parse_id(std::string_view text, std::string_view process);

/// Where a delivered message stands, which JetStream writes into its reply subject.
struct Position {
    std::uint64_t stream_seq = 0;
    std::uint64_t consumer_seq = 0;  ///< without holes, or messages were lost on the way
    std::uint64_t pending = 0;       ///< that are still to come
};
std::optional<Position> parse_position(std::string_view reply);

/// JetStream's answer to a publication.
struct Answer {
    enum class Kind { stored, conflict, refused };
    Kind kind = Kind::refused;
    std::uint64_t stream_seq =
        0;  ///< of the message; of a conflict: the last on the subject, 0: there is none
    std::string problem{};
};
Answer parse_answer(std::string_view json);

/// The life of a stream: its creation, in nanoseconds since 1970.
Epoch epoch_of(std::int64_t created_ns);

}  // namespace pushbench::jetstream
