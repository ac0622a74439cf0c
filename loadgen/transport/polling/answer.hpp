#pragma once

#include <cstddef>
#include <string_view>

namespace pushbench::loadgen {

/// Where parse_answer reports. Views hold until the call returns.
class AnswerSink {
 public:
    virtual ~AnswerSink() = default;
    /// Where to go on from: the digits of a number, or what the string holds.
    virtual void on_cursor(std::string_view cursor) = 0;
    virtual void on_message(std::string_view json) = 0;
    virtual void on_gap() = 0;
};

/// Reads `{"cursor":M,"notifications":[n,…]}`, perhaps with `"gaps":[g,…]`, and tells what is in it. The
/// shape that our servers write is read without allocation; any other order of keys by a JSON library. False,
/// and nothing told, if this is no such answer.
bool parse_answer(std::string_view body, AnswerSink& sink);

/// Length of the JSON object at the front of `text`; 0 if it does not end.
std::size_t object_length(std::string_view text);

}  // namespace pushbench::loadgen
