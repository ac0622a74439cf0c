#pragma once

#include <string>
#include <vector>

#include "loadgen/transport/protocol.hpp"

namespace pushbench::loadgen {

/// Keeps what a protocol reports, for plain comparisons.
struct RecordingReceiver final : Receiver {
    void on_ready(std::string_view cursor) override {
        ++ready;
        ready_cursor = cursor;
    }
    void on_message(std::string_view bytes) override { messages.emplace_back(bytes); }
    void on_other(std::string_view what) override { others.emplace_back(what); }
    void on_gap() override { ++gaps; }
    void on_answer(bool empty) override { ++(empty ? empty_answers : full_answers); }
    void on_retry(std::chrono::milliseconds delay) override { retry_ms = delay.count(); }
    void on_refused(Refusal why) override { refusal = std::move(why); }

    int ready = 0;
    std::string ready_cursor;
    std::vector<std::string> messages;
    std::vector<std::string> others;
    int gaps = 0;
    int empty_answers = 0;
    int full_answers = 0;
    long retry_ms = 0;
    Refusal refusal;
};

/// Gives the pieces to the protocol, one by one, until it wants no more. Tells how it ended.
inline Next feed(Protocol& protocol, const std::vector<std::string>& pieces, Receiver& to, std::string& out) {
    for (const std::string& piece : pieces)
        if (protocol.received(piece, to, out) == Next::close) return Next::close;
    return Next::go_on;
}

}  // namespace pushbench::loadgen
