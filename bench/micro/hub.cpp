// The hub: what publishing costs before a byte is written, by the number of parked cursors.

#include "notify/hub.hpp"

#include <benchmark/benchmark.h>

#include <cstdint>
#include <deque>
#include <string>

#include "bench/micro/sample.hpp"

namespace pushbench::micro {
namespace {

/// Does the least that a session does when woken: moves its cursor to the head.
class Follower final : public Subscriber {
 public:
    void wake() override { subscription.cursor = subscription.log().head(); }
    Subscription subscription;
};

void publish(Hub& hub, const std::string& topic, const std::string& frame) {
    hub.append(topic, entry(hub.head(topic) + 1, frame));
    hub.wake();
}

// All follow one topic.
void hub_publish(benchmark::State& state) {
    Hub hub{{{1024}}, sample_life(), [] {}};
    std::deque<Follower> followers(static_cast<std::size_t>(state.range(0)));
    for (Follower& follower : followers) hub.subscribe(follower.subscription, "default", follower);
    const std::string frame = to_json(sample(128));
    for (auto _ : state) publish(hub, "default", frame);
    if (followers.back().subscription.behind()) state.SkipWithError("a follower was not woken");
    state.counters["per_cursor"] =
        benchmark::Counter(static_cast<double>(state.range(0)),
                           benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}
BENCHMARK(hub_publish)->ArgName("cursors")->Arg(1)->Arg(100)->Arg(10'000);

// Each follows a topic of its own: finding the topic is what this shows.
void hub_publish_among_topics(benchmark::State& state) {
    const auto count = static_cast<std::uint32_t>(state.range(0));
    Hub hub{{{1024}}, sample_life(), [] {}};
    std::deque<Follower> followers(count);
    for (std::uint32_t i = 0; i < count; ++i)
        hub.subscribe(followers[i].subscription, topic_name("default", i, count), followers[i]);
    const std::string frame = to_json(sample(128));
    std::uint32_t index = 0;
    for (auto _ : state) {
        publish(hub, topic_name("default", index, count), frame);
        index = (index + 1) % count;
    }
    benchmark::DoNotOptimize(hub.topic_count());
}
BENCHMARK(hub_publish_among_topics)->ArgName("topics")->Arg(100)->Arg(10'000);

void hub_subscribe_and_leave(benchmark::State& state) {
    Hub hub{{{1024}}, sample_life(), [] {}};
    publish(hub, "default", to_json(sample(128)));
    for (auto _ : state) {
        Follower follower;
        hub.subscribe(follower.subscription, "default", follower);
        benchmark::DoNotOptimize(follower.subscription.cursor);
    }
}
BENCHMARK(hub_subscribe_and_leave);

}  // namespace
}  // namespace pushbench::micro
