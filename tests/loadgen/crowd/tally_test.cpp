#include "loadgen/crowd/tally.hpp"

#include <gtest/gtest.h>

namespace pushbench::loadgen {
namespace {

struct Polls {
    void answer(std::int64_t asked_ns, std::int64_t received_ns) {
        link.asked_ns = asked_ns;
        tally.answer(link, false, received_ns);
    }
    [[nodiscard]] const Histogram& response() const { return tally.recorder().response; }

    std::vector<std::string> topics{"default"};
    Tally tally{topics};
    Link link{Channel{}, nullptr, 0};
};

TEST(Tally, TimesResponsesWhileMeasuringOnly) {
    Polls polls;
    polls.answer(0, 5'000);
    EXPECT_EQ(polls.response().count(), 0U);
    polls.tally.time_responses(true);
    polls.answer(1'000, 4'000);
    polls.answer(2'000, 12'000);
    polls.tally.time_responses(false);
    polls.answer(0, 100'000);
    EXPECT_EQ(polls.response().count(), 2U);
    EXPECT_EQ(polls.response().min_ns(), 3'000);
    EXPECT_EQ(polls.response().max_ns(), 10'000);
    // What Little's law needs counts them all, and its window is a difference.
    EXPECT_EQ(polls.tally.counters.response_ns, 5'000 + 3'000 + 10'000 + 100'000);
}

TEST(Tally, TimesResponsesAnewWhereTheWindowBeginsAnew) {
    Polls polls;
    polls.tally.time_responses(true);
    polls.answer(0, 3'000);
    polls.tally.time_responses(true);
    EXPECT_EQ(polls.response().count(), 0U);
    polls.answer(0, 3'000);
    polls.tally.clear_records();
    polls.tally.begin_counting(nullptr);
    EXPECT_EQ(polls.response().count(), 0U);
}

}  // namespace
}  // namespace pushbench::loadgen
