#pragma once

#include <string_view>

#include "loadgen/dialects/dialect.hpp"
#include "loadgen/wire/carry.hpp"

namespace pushbench::loadgen {

/// Where a Cutter reports. Views hold until the call returns.
class CutSink {
 public:
    virtual ~CutSink() = default;
    /// A message, or what else the server says: the dialect's rules tell.
    virtual void on_piece(std::string_view piece) = 0;
    /// The payload of a notification, in a framing that tells it from all else.
    virtual void on_payload(std::string_view payload) = 0;
};

/// Cuts frames, events or answers into messages, as the dialect says. What goes over several frames is put
/// together; nothing else is copied.
class Cutter {
 public:
    explicit Cutter(Cut cut) : cut_{cut} {}

    /// False where what came cannot be cut so.
    bool feed(std::string_view frame, CutSink& sink);

 private:
    static constexpr std::size_t longest_line_bytes = 64 * 1024;
    static constexpr std::size_t longest_message_bytes = 64 * 1024 * 1024;

    static void lines(std::string_view frame, CutSink& sink);
    static bool elements(std::string_view array, CutSink& sink);
    bool records(std::string_view frame, CutSink& sink);
    bool nats(std::string_view frame, CutSink& sink);

    Cut cut_;
    Carry carry_;
};

}  // namespace pushbench::loadgen
