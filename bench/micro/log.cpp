// The log: one append a notification, one look a subscriber and notification.

#include "notify/log.hpp"

#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>

#include "bench/micro/sample.hpp"

namespace pushbench::micro {
namespace {

constexpr std::size_t kHistory = 1024;

Log full_log() {
    Log log{{kHistory}};
    for (std::uint64_t seq = 1; seq <= kHistory; ++seq) log.append(entry(seq, to_json(sample(128))));
    return log;
}

// Allocates the entry too: that is what publishing costs. The history is full, so the oldest entry goes.
void log_append(benchmark::State& state) {
    Log log = full_log();
    const std::string frame = to_json(sample(128));
    for (auto _ : state) {
        log.append(entry(log.head() + 1, frame));
        benchmark::ClobberMemory();
    }
    benchmark::DoNotOptimize(log.head());
}
BENCHMARK(log_append);

// A cursor that is one behind: what a wake-up costs before anything is written.
void log_read_newest(benchmark::State& state) {
    Log log = full_log();
    std::uint64_t cursor = log.head() - 1;
    for (auto _ : state) {
        benchmark::DoNotOptimize(cursor);
        const Entry* next = log.at(cursor + 1).get();
        benchmark::DoNotOptimize(next);
    }
}
BENCHMARK(log_read_newest);

// A cursor that comes back after a while and reads the whole history.
void log_read_history(benchmark::State& state) {
    const Log log = full_log();
    for (auto _ : state) {
        std::size_t bytes = 0;
        for (std::uint64_t seq = log.first(); seq <= log.head(); ++seq)
            bytes += log.at(seq)->frame(nullptr).size();
        benchmark::DoNotOptimize(bytes);
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kHistory));
}
BENCHMARK(log_read_history);

}  // namespace
}  // namespace pushbench::micro
