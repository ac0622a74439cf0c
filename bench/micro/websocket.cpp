// WebSocket: the frame as the server writes it and as the load generator reads it, and the way back.

#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "bench/micro/sample.hpp"
#include "loadgen/transport/websocket/client_frame.hpp"
#include "loadgen/transport/websocket/frame_reader.hpp"
#include "websocket/frame.hpp"
#include "websocket/frame_reader.hpp"

namespace pushbench::micro {
namespace {

void websocket_encode(benchmark::State& state) {
    const Notification notification = sample(static_cast<std::size_t>(state.range(0)));
    for (auto _ : state) {
        std::string frame = websocket::encode(notification, sample_life());
        benchmark::DoNotOptimize(frame.data());
        benchmark::ClobberMemory();
    }
    state.SetBytesProcessed(state.iterations() *
                            static_cast<std::int64_t>(websocket::encode(notification, sample_life()).size()));
}
BENCHMARK(websocket_encode)->ArgName("payload_bytes")->Arg(32)->Arg(128)->Arg(16384);

class CountingSink final : public loadgen::FrameSink {
 public:
    void on_message(std::string_view payload) override {
        benchmark::DoNotOptimize(payload.data());
        ++messages;
    }
    void on_control(loadgen::Opcode /*opcode*/, std::string_view /*payload*/) override {}
    std::int64_t messages = 0;
};

void feed(benchmark::State& state, std::string_view bytes, std::size_t piece_bytes,
          std::int64_t messages_each) {
    loadgen::FrameReader reader;
    CountingSink sink;
    for (auto _ : state) {
        for (std::size_t at = 0; at < bytes.size(); at += piece_bytes)
            if (!reader.feed(bytes.substr(at, piece_bytes), sink)) state.SkipWithError("the reader gave up");
    }
    if (sink.messages != state.iterations() * messages_each)
        state.SkipWithError("not every message was found");
    state.SetItemsProcessed(sink.messages);
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes.size()));
}

// One read, one message: what an ordinary delivery looks like.
void websocket_parse(benchmark::State& state) {
    const std::string frame =
        websocket::encode(sample(static_cast<std::size_t>(state.range(0))), sample_life());
    feed(state, frame, frame.size(), 1);
}
BENCHMARK(websocket_parse)->ArgName("payload_bytes")->Arg(32)->Arg(128)->Arg(16384);

// A subscriber that lagged gets many messages in one read.
void websocket_parse_batch(benchmark::State& state) {
    std::string bytes;
    for (int i = 0; i < 100; ++i) bytes += websocket::encode(sample(128), sample_life());
    feed(state, bytes, bytes.size(), 100);
}
BENCHMARK(websocket_parse_batch);

// Cut by the network, so that the reader has to keep a beginning.
void websocket_parse_in_pieces(benchmark::State& state) {
    const std::string frame = websocket::encode(sample(1024), sample_life());
    feed(state, frame, 100, 1);
}
BENCHMARK(websocket_parse_in_pieces);

// What a client sends is masked, and the server has to undo that.
void websocket_parse_upstream(benchmark::State& state) {
    const std::string text(static_cast<std::size_t>(state.range(0)), 'a');
    std::string frame;
    loadgen::append_client_frame(frame, loadgen::Opcode::text, text, 0x12345678);
    websocket::FrameReader reader{{.most_bytes = 1 << 20}};
    for (auto _ : state) {
        std::span<char> input{frame};
        auto message = reader.next(input);
        benchmark::DoNotOptimize(message);
        if (!message || message->payload.size() != text.size())
            state.SkipWithError("the message was not read");
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(frame.size()));
}
BENCHMARK(websocket_parse_upstream)->ArgName("payload_bytes")->Arg(32)->Arg(128)->Arg(16384);

}  // namespace
}  // namespace pushbench::micro
