#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace pushbench::loadgen {

/// Where parse_answer reports. Views hold until the call returns.
class AnswerSink {
 public:
    virtual ~AnswerSink() = default;
    virtual void on_notification(std::string_view json) = 0;
    virtual void on_gap() = 0;
};

/// Reads `{"cursor":M,"notifications":[n,…]}`, perhaps with `"gaps":[g,…]`, and tells what is in it. The
/// shape that our servers write is read without allocation; any other order of keys by a JSON library. Gives
/// the cursor (a number, or the string of one), or nothing if this is no such answer.
std::optional<std::uint64_t> parse_answer(std::string_view body, AnswerSink& sink);

/// Length of the JSON object at the front of `text`; 0 if it does not end.
std::size_t object_length(std::string_view text);

}  // namespace pushbench::loadgen
