// The frames of a server give the same messages and the same verdict however they are cut, and a message that
// is told as text is UTF-8 by a check that is written otherwise.
#include "loadgen/transport/websocket/frame_reader.hpp"
#include "notify/utf8.hpp"
#include "pieces.hpp"

namespace pushbench::fuzz {
namespace {

struct Frames final : loadgen::FrameSink {
    void on_message(std::string_view payload) override { told.append("message ").append(payload) += '\n'; }
    void on_control(loadgen::Opcode opcode, std::string_view payload) override {
        must_hold(payload.size() <= 125, "a control frame has 125 bytes at most");
        must_hold(!closed, "nothing is told behind a close");
        closed = opcode == loadgen::Opcode::close;
        if (closed && payload.size() > 2) must_hold(is_utf8(payload.substr(2)), "a reason is UTF-8");
        told.append("control ").append(std::to_string(static_cast<int>(opcode))).append(payload) += '\n';
    }

    std::string told;
    bool closed = false;
};

struct Reading {
    bool operator()(std::string_view piece) { return reader.feed(piece, frames); }
    [[nodiscard]] std::string told() const {
        return frames.told + std::string{loadgen::describe(reader.violation())};
    }

    loadgen::FrameReader reader;
    Frames frames;
};

/// A text frame around the whole input is told if and only if the input is UTF-8.
void check_as_text(std::string_view text) {
    std::string frame = "\x81";
    if (text.size() > 0xFFFF) return;
    if (text.size() < 126) {
        frame += static_cast<char>(text.size());
    } else {
        frame += static_cast<char>(126);
        frame += static_cast<char>(text.size() >> 8U);
        frame += static_cast<char>(text.size() & 0xFFU);
    }
    frame += text;
    Reading reading;
    must_hold(reading(frame) == is_utf8(text), "text is what is UTF-8");
}

}  // namespace
}  // namespace pushbench::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace pushbench::fuzz;
    const Input input{data, size};
    must_read_alike<Reading>(input);
    check_as_text(input.text());
    return 0;
}
