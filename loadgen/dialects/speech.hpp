#pragma once

#include "loadgen/dialects/dialect.hpp"
#include "loadgen/dialects/section.hpp"

namespace pushbench::loadgen {

/// Which of a dialect's tables is read: it decides which keys there can be.
enum class SpeechKind : std::uint8_t { websocket, sse, short_poll, long_poll };

/// Reads [websocket], [sse], [short-poll] or [long-poll] of a dialect's file. Throws Failure.
Speech read_speech(Section section, SpeechKind kind);

/// Reads [publish] of a dialect's file. Throws Failure.
PublishSpeech read_publish(Section section);

}  // namespace pushbench::loadgen
