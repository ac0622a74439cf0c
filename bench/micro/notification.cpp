// A notification's JSON: written once a notification and transport, read once a delivery.

#include "notify/notification.hpp"

#include <benchmark/benchmark.h>

#include <string>
#include <string_view>

#include "bench/micro/sample.hpp"

namespace pushbench::micro {
namespace {

void count_bytes(benchmark::State& state, std::size_t bytes_each) {
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes_each));
}

void notification_to_json(benchmark::State& state) {
    const Notification notification = sample(static_cast<std::size_t>(state.range(0)));
    for (auto _ : state) {
        std::string json = to_json(notification);
        benchmark::DoNotOptimize(json.data());
        benchmark::ClobberMemory();
    }
    count_bytes(state, to_json(notification).size());
}
BENCHMARK(notification_to_json)->ArgName("payload_bytes")->Arg(32)->Arg(128)->Arg(1024)->Arg(16384);

// Text with an escape in it leaves the fast path.
void notification_to_json_escaped(benchmark::State& state) {
    Notification notification = sample(static_cast<std::size_t>(state.range(0)));
    notification.payload.back() = '"';
    for (auto _ : state) {
        std::string json = to_json(notification);
        benchmark::DoNotOptimize(json.data());
        benchmark::ClobberMemory();
    }
    count_bytes(state, to_json(notification).size());
}
BENCHMARK(notification_to_json_escaped)->ArgName("payload_bytes")->Arg(128)->Arg(16384);

// What the load generator does for each delivery. Its cost must not grow with the payload.
void notification_parse_stamp(benchmark::State& state) {
    std::string json = to_json(sample(static_cast<std::size_t>(state.range(0))));
    for (auto _ : state) {
        benchmark::DoNotOptimize(json.data());
        Stamp stamp;
        bool understood = parse_stamp(json, stamp);
        benchmark::DoNotOptimize(understood);
        benchmark::DoNotOptimize(stamp);
    }
}
BENCHMARK(notification_parse_stamp)->ArgName("payload_bytes")->Arg(32)->Arg(128)->Arg(16384);

// The way for JSON that somebody else's server wrote.
void notification_from_json(benchmark::State& state) {
    std::string json = to_json(sample(static_cast<std::size_t>(state.range(0))));
    for (auto _ : state) {
        benchmark::DoNotOptimize(json.data());
        auto notification = from_json(json);
        benchmark::DoNotOptimize(notification);
    }
    count_bytes(state, json.size());
}
BENCHMARK(notification_from_json)->ArgName("payload_bytes")->Arg(32)->Arg(128)->Arg(16384);

}  // namespace
}  // namespace pushbench::micro
