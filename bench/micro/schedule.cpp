// The schedule and the publisher: their cost per notification bounds the rate one server can publish at.

#include "notify/schedule.hpp"

#include <benchmark/benchmark.h>

#include <cstdint>
#include <string_view>

#include "notify/publisher.hpp"

namespace pushbench::micro {
namespace {

ScheduleOptions options(Arrival arrival, std::uint32_t topics) {
    ScheduleOptions options;
    options.rate_per_s = 1e6;
    options.arrival = arrival;
    options.topics = topics;
    return options;
}

void schedule_next(benchmark::State& state, Arrival arrival) {
    Schedule schedule{options(arrival, 5000)};
    for (auto _ : state) {
        ScheduleItem item = schedule.next();
        benchmark::DoNotOptimize(item);
    }
}
BENCHMARK_CAPTURE(schedule_next, constant, Arrival::constant);
BENCHMARK_CAPTURE(schedule_next, poisson, Arrival::poisson);

/// Takes what it is given and keeps nothing.
class NullSink final : public Sink {
 public:
    void publish(std::string_view topic, std::string_view payload, std::int64_t due_ns, std::int64_t sent_ns,
                 const Published& /*done*/) override {
        benchmark::DoNotOptimize(topic.data());
        benchmark::DoNotOptimize(payload.data());
        benchmark::DoNotOptimize(due_ns + sent_ns);
    }
};

// All items are overdue, so every run() publishes a whole batch.
void publisher_run(benchmark::State& state) {
    NullSink sink;
    Publisher publisher{Schedule{options(Arrival::constant, 1)}, sink, now_ns, 0};
    for (auto _ : state) {
        auto next_ns = publisher.run();
        benchmark::DoNotOptimize(next_ns);
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(publisher.published()));
}
BENCHMARK(publisher_run);

}  // namespace
}  // namespace pushbench::micro
