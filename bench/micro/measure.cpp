// What the load generator does for each delivery besides parsing: its own cost is part of every measurement.

#include <benchmark/benchmark.h>

#include <cstdint>
#include <random>
#include <vector>

#include "loadgen/measure/histogram.hpp"
#include "loadgen/measure/ledger.hpp"
#include "notify/clock.hpp"

namespace pushbench::micro {
namespace {

using loadgen::Histogram;
using loadgen::Ledger;

/// Latencies as they come: around 200 µs with a long tail.
std::vector<std::int64_t> latencies_ns() {
    std::mt19937_64 random{1};
    std::lognormal_distribution<double> draw{12.2, 1.0};
    std::vector<std::int64_t> values(4096);
    for (auto& value : values) value = static_cast<std::int64_t>(draw(random));
    return values;
}

void histogram_record(benchmark::State& state) {
    const auto values = latencies_ns();
    Histogram histogram;
    std::size_t next = 0;
    for (auto _ : state) {
        histogram.record(values[next++ % values.size()]);
        benchmark::ClobberMemory();
    }
    if (histogram.count() != static_cast<std::uint64_t>(state.iterations()))
        state.SkipWithError("not every value was counted");
}
BENCHMARK(histogram_record);

Histogram filled() {
    Histogram histogram;
    for (const auto value : latencies_ns()) histogram.record(value);
    return histogram;
}

void histogram_merge(benchmark::State& state) {
    Histogram all;
    const Histogram part = filled();
    for (auto _ : state) {
        all.merge(part);
        benchmark::ClobberMemory();
    }
    benchmark::DoNotOptimize(all.count());
}
BENCHMARK(histogram_merge);

void histogram_percentile(benchmark::State& state) {
    const Histogram histogram = filled();
    for (auto _ : state) {
        auto value = histogram.percentile_ns(0.99);
        benchmark::DoNotOptimize(value);
    }
}
BENCHMARK(histogram_percentile);

// In order, as nearly all deliveries are.
void ledger_record(benchmark::State& state) {
    Ledger ledger;
    ledger.begin(0);
    std::uint64_t seq = 0;
    for (auto _ : state) {
        auto kind = ledger.record(seq + 1, static_cast<std::int64_t>(seq), 0);
        ++seq;
        benchmark::DoNotOptimize(kind);
    }
    if (ledger.lost(seq) != 0) state.SkipWithError("the ledger lost count");
}
BENCHMARK(ledger_record);

// One look at the clock for each read; it bounds how finely anything can be timed.
void clock_now(benchmark::State& state) {
    for (auto _ : state) {
        auto now = now_ns();
        benchmark::DoNotOptimize(now);
    }
}
BENCHMARK(clock_now);

}  // namespace
}  // namespace pushbench::micro
