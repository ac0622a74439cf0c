#pragma once

#include <string_view>

#include "loadgen/dialects/dialect.hpp"
#include "loadgen/transport/protocol.hpp"

namespace pushbench::loadgen {

/// Tells the receiver what a message is by the dialect's rules: one that counts, something else, a gap, or
/// that the server says no, after which the connection is of no use. The rule that decided; null if there was
/// none.
const SpeechRule* judge(const Speech& speech, std::string_view message, Receiver& to);

/// The judgement ended the connection.
inline bool refuses(const SpeechRule* rule) {
    return rule != nullptr && rule->then == SpeechRule::Then::refuse;
}

}  // namespace pushbench::loadgen
