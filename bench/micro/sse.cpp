// Server-Sent Events: the frame as the server writes it and as the load generator reads it.

#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "bench/micro/sample.hpp"
#include "loadgen/transport/sse/parser.hpp"
#include "sse/frame.hpp"

namespace pushbench::micro {
namespace {

void sse_encode(benchmark::State& state) {
    const Notification notification = sample(static_cast<std::size_t>(state.range(0)));
    for (auto _ : state) {
        std::string frame = sse::encode(notification, sample_life());
        benchmark::DoNotOptimize(frame.data());
        benchmark::ClobberMemory();
    }
    state.SetBytesProcessed(state.iterations() *
                            static_cast<std::int64_t>(sse::encode(notification, sample_life()).size()));
}
BENCHMARK(sse_encode)->ArgName("payload_bytes")->Arg(32)->Arg(128)->Arg(16384);

/// What is in the chunk: the load generator's HTTP reader takes that off first.
std::string event_of(std::size_t payload_bytes) {
    return std::string{sse::chunk_data(sse::encode(sample(payload_bytes), sample_life()))};
}

class CountingSink final : public loadgen::SseSink {
 public:
    void on_event(const loadgen::SseEvent& event) override {
        benchmark::DoNotOptimize(event.data.data());
        ++events;
    }
    void on_retry_ms(std::uint32_t /*delay_ms*/) override {}
    std::int64_t events = 0;
};

void feed(benchmark::State& state, std::string_view bytes, std::size_t piece_bytes,
          std::int64_t events_each) {
    loadgen::SseParser parser;
    CountingSink sink;
    for (auto _ : state) {
        for (std::size_t at = 0; at < bytes.size(); at += piece_bytes)
            if (!parser.feed(bytes.substr(at, piece_bytes), sink)) state.SkipWithError("the parser gave up");
    }
    if (sink.events != state.iterations() * events_each) state.SkipWithError("not every event was found");
    state.SetItemsProcessed(sink.events);
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes.size()));
}

// One read, one event: what an ordinary delivery looks like.
void sse_parse(benchmark::State& state) {
    const std::string frame = event_of(static_cast<std::size_t>(state.range(0)));
    feed(state, frame, frame.size(), 1);
}
BENCHMARK(sse_parse)->ArgName("payload_bytes")->Arg(32)->Arg(128)->Arg(16384);

// A subscriber that lagged gets many events in one read.
void sse_parse_batch(benchmark::State& state) {
    std::string bytes;
    for (int i = 0; i < 100; ++i) bytes += event_of(128);
    feed(state, bytes, bytes.size(), 100);
}
BENCHMARK(sse_parse_batch);

// Cut by the network in the middle of lines, so that the parser has to keep a beginning.
void sse_parse_in_pieces(benchmark::State& state) {
    const std::string frame = event_of(1024);
    feed(state, frame, 100, 1);
}
BENCHMARK(sse_parse_in_pieces);

}  // namespace
}  // namespace pushbench::micro
