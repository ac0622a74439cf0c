#pragma once

#include <memory>
#include <string>

#include "asking.hpp"
#include "loadgen/transport/protocol.hpp"
#include "our_speech.hpp"
#include "pieces.hpp"

namespace pushbench::fuzz {

/// Keeps all that a protocol reports, one line each.
struct Told final : loadgen::Receiver {
    void on_ready(std::string_view cursor) override { text.append("ready ").append(cursor) += '\n'; }
    void on_message(std::string_view bytes) override { text.append("message ").append(bytes) += '\n'; }
    void on_other(std::string_view what) override { text.append("other ").append(what) += '\n'; }
    void on_gap() override { text += "gap\n"; }
    void on_answer(bool empty) override { text += empty ? "empty answer\n" : "answer\n"; }
    void on_retry(std::chrono::milliseconds delay) override {
        text += "retry " + std::to_string(delay.count()) + '\n';
    }
    void on_refused(loadgen::Refusal why) override {
        must_hold(!refused, "refused once");
        must_hold(!why.reason.empty(), "a refusal has a reason");
        refused = true;
        text +=
            "refused " + std::to_string(why.status) + (why.for_good ? " for good " : " ") + why.reason + '\n';
    }

    std::string text;
    bool refused = false;
};

/// What a client makes of the bytes of one connection, and what it says. The peer closes at the end.
template <class Make>
void check_client(const Input& input, Make make, std::string_view transport) {
    struct Reading {
        std::unique_ptr<loadgen::Protocol> client;
        Told told;
        std::string out;
        bool over = false;

        bool take(std::string_view piece) {
            over = client->received(piece, told, out) == loadgen::Next::close;
            return !over;
        }
        std::string all() {
            if (!over) client->ended(told);
            return told.text + "cursor " + std::string{client->cursor()} + "\nsaid " + out;
        }
    };
    Reading whole{make(loadgen::our_speech(transport)), {}, {}};
    Reading cut{make(loadgen::our_speech(transport)), {}, {}};
    whole.client->request(loadgen::asking("t"), whole.out);
    cut.client->request(loadgen::asking("t"), cut.out);
    input.whole([&](std::string_view piece) { return whole.take(piece); });
    input.in_pieces([&](std::string_view piece) { return cut.take(piece); });
    must_be_same(whole.all(), cut.all());
}

}  // namespace pushbench::fuzz
