#include "net/timer_queue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "notify/clock.hpp"

namespace pushbench {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::int64_t kMs = 1'000'000;

struct Alarm final : Timer {
    Alarm(std::string name_, std::vector<std::string>& rung_) : name(std::move(name_)), rung(rung_) {}
    void on_timer() override {
        rung.push_back(name);
        if (then) then();
    }
    std::string name;
    std::vector<std::string>& rung;
    std::function<void()> then;
};

class TimerQueueTest : public ::testing::Test {
 protected:
    /// Sets a deadline that many milliseconds after the test began.
    void set(Alarm& alarm, std::int64_t after_ms) { timers.set(alarm, start_ns + after_ms * kMs); }

    boost::asio::io_context io;
    TimerQueue timers{io};
    std::int64_t start_ns = now_ns();
    std::vector<std::string> rung;
    Alarm a{"a", rung}, b{"b", rung}, c{"c", rung};
};

TEST_F(TimerQueueTest, RingsInTheOrderOfDeadlinesAndNeverEarly) {
    set(c, 30);
    set(a, 10);
    set(b, 20);
    a.then = [&] { EXPECT_GE(now_ns(), start_ns + 10 * kMs); };
    c.then = [&] { EXPECT_GE(now_ns(), start_ns + 30 * kMs); };
    io.run();  // returns when nothing is left to wait for
    EXPECT_THAT(rung, ElementsAre("a", "b", "c"));
}

TEST_F(TimerQueueTest, ALaterDeadlineReplacesTheEarlier) {
    set(a, 5);
    set(a, 40);
    set(b, 20);
    a.then = [&] { EXPECT_GE(now_ns(), start_ns + 40 * kMs); };
    io.run();
    EXPECT_THAT(rung, ElementsAre("b", "a"));
}

TEST_F(TimerQueueTest, AnEarlierDeadlineReplacesTheLater) {
    set(a, 60'000);
    set(b, 10);
    set(a, 5);
    io.run();
    EXPECT_THAT(rung, ElementsAre("a", "b"));
}

TEST_F(TimerQueueTest, ForgetsWhatIsCancelledOrGone) {
    set(a, 5);
    TimerQueue::cancel(a);
    TimerQueue::cancel(a);
    auto gone = std::make_unique<Alarm>("gone", rung);
    set(*gone, 5);
    gone.reset();
    set(b, 10);
    io.run();
    EXPECT_THAT(rung, ElementsAre("b"));
}

TEST_F(TimerQueueTest, MayBeChangedWhileItRings) {
    auto other = std::make_unique<Alarm>("other", rung);
    set(a, 5);
    set(*other, 5);
    a.then = [&] {
        other.reset();
        if (rung.size() == 1) set(a, 10);  // again
    };
    io.run();
    EXPECT_THAT(rung, ElementsAre("a", "a"));
}

TEST_F(TimerQueueTest, ADeadlineThatHasPassedRingsAtOnce) {
    set(a, -1000);
    io.run();
    EXPECT_THAT(rung, ElementsAre("a"));
}

TEST_F(TimerQueueTest, StopLetsTheReactorRunDry) {
    set(a, 60'000);
    timers.stop();
    set(b, 1);  // too late
    io.run();
    EXPECT_THAT(rung, IsEmpty());
}

}  // namespace
}  // namespace pushbench
