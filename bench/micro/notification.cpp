// A notification's text: written once a notification and transport, read once a delivery.

#include "notify/notification.hpp"

#include <benchmark/benchmark.h>

#include <string>
#include <string_view>

#include "bench/micro/sample.hpp"
#include "loadgen/message/marker.hpp"
#include "loadgen/message/reader.hpp"

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

// What the load generator does for each delivery.
void read_stamp(benchmark::State& state, loadgen::MessageKind kind, const std::string& message) {
    loadgen::MessageReader reader{kind};
    for (auto _ : state) {
        std::string_view rest = message;
        benchmark::DoNotOptimize(rest);
        loadgen::Stamp stamp;
        bool understood = reader.next(rest, stamp) == loadgen::Find::found;
        benchmark::DoNotOptimize(understood);
        benchmark::DoNotOptimize(stamp);
    }
}

// Its cost must not grow with the payload.
void notification_json_stamp(benchmark::State& state) {
    read_stamp(state, loadgen::MessageKind::json, to_json(sample(static_cast<std::size_t>(state.range(0)))));
}
BENCHMARK(notification_json_stamp)->ArgName("payload_bytes")->Arg(32)->Arg(128)->Arg(16384);

// Keys in another order: all of it is parsed, and still nothing is built.
void notification_json_stamp_any_order(benchmark::State& state) {
    const std::string payload(static_cast<std::size_t>(state.range(0)), 'x');
    read_stamp(state, loadgen::MessageKind::json,
               R"({"payload":")" + payload + R"(","topic":"default","seq":17,"due_ns":123,"sent_ns":456})");
}
BENCHMARK(notification_json_stamp_any_order)->ArgName("payload_bytes")->Arg(32)->Arg(128)->Arg(16384);

// Behind the payload: the search has to pass all of it.
void notification_marker(benchmark::State& state) {
    std::string message = sample(static_cast<std::size_t>(state.range(0))).payload;
    loadgen::append_marker(message, "default", 17, 123'456'789, 123'456'999);
    read_stamp(state, loadgen::MessageKind::marker, message);
}
BENCHMARK(notification_marker)->ArgName("payload_bytes")->Arg(32)->Arg(128)->Arg(16384);

}  // namespace
}  // namespace pushbench::micro
