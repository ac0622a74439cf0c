#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "loadgen/wire/carry.hpp"

namespace pushbench::loadgen {

/// One event, as it is dispatched. The bytes are as they came: where they are no UTF-8 a browser would put
/// U+FFFD.
struct SseEvent {
    std::string_view type;  ///< empty where the stream names none; a browser then says "message"
    std::string_view data;
    std::string_view
        id;  ///< the last event ID, be it of this event or of an earlier one; empty: there is none
};

/// Where SseParser reports. Views hold until the call returns.
class SseSink {
 public:
    virtual ~SseSink() = default;
    virtual void on_event(const SseEvent& event) = 0;
    virtual void on_retry_ms(std::uint32_t delay_ms) = 0;
};

/// Reads `text/event-stream` of one connection as the WHATWG HTML standard says (§9.2.5 and §9.2.6, "parsing"
/// and "interpreting an event stream"), cut anywhere. An event that comes in one piece is neither copied nor
/// allocated.
class SseParser {
 public:
    /// For a connection that goes on where another ended: the last event ID of that one, which browsers keep.
    /// It must come first.
    void begin(std::string_view last_event_id) { last_event_id_ = last_event_id; }

    /// False, from then on, where a line or an event is longer than `longest_message_bytes`
    /// (transport/limits).
    [[nodiscard]] bool feed(std::string_view bytes, SseSink& sink);

    /// What a client sends as Last-Event-ID when it connects again, unless it is empty. It moves at the blank
    /// line that ends a block, never before: what a cut took is asked for again.
    [[nodiscard]] const std::string& last_event_id() const { return last_event_id_; }

 private:
    /// What is known of the event whose blank line has not come.
    struct Block {
        std::string_view type, data, id;  // in the bytes being fed, or in `Held`
        bool has_data = false;
        bool has_id = false;
        bool data_held = false;

        [[nodiscard]] bool empty() const { return !has_data && !has_id && type.empty(); }
    };
    /// Where a block waits between two reads, and where data of several lines is put together. Most
    /// connections never need it: an event mostly comes in one piece and in one line.
    struct Held {
        Block block;
        std::string type, data, id;
    };

    bool past_mark(std::string_view& text);
    void line(std::string_view line, Block& block, SseSink& sink);
    void field(std::string_view name, std::string_view value, Block& block, SseSink& sink);
    void add_data(std::string_view value, Block& block);
    static void set_id(std::string_view value, Block& block);
    void dispatch(Block& block, SseSink& sink);
    void hold(Block& block);
    Held& held();

    Carry carry_;  ///< the beginning of a line
    std::unique_ptr<Held> held_;
    std::string last_event_id_;
    bool begun_ = false;    ///< past the place where a byte order mark may stand
    bool skip_lf_ = false;  ///< a CR ended the last line: an LF right behind it belongs to it
    bool too_long_ = false;
};

}  // namespace pushbench::loadgen
