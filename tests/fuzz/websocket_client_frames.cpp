// The frames of a client give the server's reader the same messages and the same verdict however they are
// cut; it holds no more than its limit, and what it tells as text is UTF-8.
#include <vector>

#include "notify/utf8.hpp"
#include "pieces.hpp"
#include "websocket/frame_reader.hpp"

namespace pushbench::fuzz {
namespace {

using websocket::FrameReader;
using websocket::Message;

constexpr std::size_t kMostBytes = 1000;

struct Reading {
    bool operator()(std::string_view piece) {
        std::vector<char> bytes{piece.begin(), piece.end()};  // unmasked in place
        std::span<char> rest{bytes};
        while (const auto message = reader.next(rest)) {
            const bool is_last =
                message->kind == Message::Kind::close || message->kind == Message::Kind::violation;
            take(*message);
            if (is_last) return false;
        }
        must_hold(rest.empty(), "all is taken until something is told");
        return true;
    }
    void take(const Message& message) {
        const bool is_data = message.kind == Message::Kind::text || message.kind == Message::Kind::binary;
        must_hold(message.payload.size() <= (is_data ? kMostBytes : 125), "nothing is over its limit");
        if (message.kind == Message::Kind::text || message.kind == Message::Kind::close)
            must_hold(is_utf8(message.payload), "text and reasons are UTF-8");
        text += std::to_string(static_cast<int>(message.kind)) + ' ' +
                std::to_string(static_cast<int>(message.code)) + ' ' + message.payload + '\n';
    }
    [[nodiscard]] std::string told() const { return text; }

    FrameReader reader{{.most_bytes = kMostBytes}};
    std::string text;
};

}  // namespace
}  // namespace pushbench::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace pushbench::fuzz;
    must_read_alike<Reading>(Input{data, size});
    return 0;
}
