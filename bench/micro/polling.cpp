// Polling: the answer as the server puts it together and as the load generator reads it.

#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "bench/micro/sample.hpp"
#include "loadgen/transport/polling/answer.hpp"
#include "polling/answer.hpp"

namespace pushbench::micro {
namespace {

class NoOwner final : public Subscriber {
 public:
    void wake() override {}
};

/// A hub whose topic holds `count` notifications.
void fill(Hub& hub, std::uint64_t count) {
    Notification notification = sample(128);
    for (notification.seq = 1; notification.seq <= count; ++notification.seq)
        hub.append("default", entry(notification.seq, to_json(notification)));
    hub.wake();
}

// A cursor lives for one poll only, so following a topic is a part of every poll.
void poll_answer(benchmark::State& state) {
    const auto count = static_cast<std::uint64_t>(state.range(0));
    Hub hub{{{1024}}, sample_life(), [] {}};
    fill(hub, count);
    NoOwner owner;
    const std::string topics[] = {"default"};
    const Cursor after{{}, {0}};
    for (auto _ : state) {
        Reader reader;
        reader.follow(hub, owner, topics, after);
        polling::Answer answer = polling::take_answer(reader);
        benchmark::DoNotOptimize(answer.body.data());
        benchmark::ClobberMemory();
        if (answer.notifications != count) state.SkipWithError("the answer is not whole");
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(poll_answer)->ArgName("notifications")->Arg(1)->Arg(10)->Arg(100);

class CountingSink final : public loadgen::AnswerSink {
 public:
    void on_cursor(std::string_view cursor) override { benchmark::DoNotOptimize(cursor.data()); }
    void on_message(std::string_view json) override {
        benchmark::DoNotOptimize(json.data());
        ++notifications;
    }
    void on_gap() override {}
    std::int64_t notifications = 0;
};

void poll_parse(benchmark::State& state) {
    Hub hub{{{1024}}, sample_life(), [] {}};
    fill(hub, static_cast<std::uint64_t>(state.range(0)));
    NoOwner owner;
    const std::string topics[] = {"default"};
    const Cursor after{{}, {0}};
    Reader reader;
    reader.follow(hub, owner, topics, after);
    const std::string body = polling::take_answer(reader).body;
    CountingSink sink;
    for (auto _ : state) {
        bool read = loadgen::parse_answer(body, sink);
        benchmark::DoNotOptimize(read);
    }
    if (sink.notifications != state.iterations() * state.range(0))
        state.SkipWithError("not every notification was found");
    state.SetItemsProcessed(sink.notifications);
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(body.size()));
}
BENCHMARK(poll_parse)->ArgName("notifications")->Arg(1)->Arg(10)->Arg(100);

}  // namespace
}  // namespace pushbench::micro
