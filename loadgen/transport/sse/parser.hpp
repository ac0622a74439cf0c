#pragma once

#include <string>
#include <string_view>

#include "loadgen/wire/carry.hpp"

namespace pushbench::loadgen {

/// Where SseParser reports. Views hold until the call returns.
class SseSink {
 public:
    virtual ~SseSink() = default;
    /// `type` is empty where the stream names none (a browser then says "message").
    virtual void on_event(std::string_view type, std::string_view data) = 0;
    virtual void on_retry_ms(std::uint32_t delay_ms) = 0;
};

/// Reads `text/event-stream` as the WHATWG HTML standard says (§9.2.5 and §9.2.6, "parsing" and "interpreting
/// an event stream"), cut anywhere. An event that comes in one piece is neither copied nor allocated.
class SseParser {
 public:
    void feed(std::string_view bytes, SseSink& sink);
    /// What a client sends as Last-Event-ID when it connects again.
    [[nodiscard]] const std::string& last_event_id() const { return last_event_id_; }
    /// A stream begins, by who has already seen that event; empty: none. It must come first.
    void begin(std::string_view last_event_id) { last_event_id_ = last_event_id; }

 private:
    void line(std::string_view line, SseSink& sink);
    void field(std::string_view name, std::string_view value, SseSink& sink);
    void add_data(std::string_view value);
    void own_data();
    void dispatch(SseSink& sink);

    Carry carry_;             ///< the beginning of a line
    std::string data_;        ///< data of several lines, or of an event cut between two reads
    std::string_view piece_;  ///< data of one line, in the bytes being fed
    std::string type_;
    std::string last_event_id_;
    bool has_data_ = false;
    bool owned_ = false;    ///< the data is in data_ and not in piece_
    bool begun_ = false;    ///< past the place where a BOM may stand
    bool skip_lf_ = false;  ///< a CR ended the last line: an LF right behind it belongs to it
};

}  // namespace pushbench::loadgen
