// A server's life ends, and its clients come back to another with the cursors of the one before: told so,
// always, and nothing that is held is passed over.
#include "servers/contract/fixture.hpp"

namespace pushbench::contract {
namespace {

using Kind = Event::Kind;

class Restart : public TransportTest {};

TEST_P(Restart, ACursorOfAnotherLifeIsToldWhateverItsNumber) {
    for (const int published_since : {10, 60, 100}) {
        start();
        std::string cursor;
        {
            const auto subscriber = subscribe();
            publish_many(60);
            ASSERT_EQ(subscriber->take(60).back().seq, 60U);
            cursor = subscriber->cursor();
        }
        start();
        publish_many(published_since);
        const auto again = subscribe({{}, cursor});
        const Event gap = again->next();
        ASSERT_EQ(gap.kind, Kind::gap) << published_since;
        EXPECT_EQ(gap.after, 60U);
        EXPECT_EQ(gap.first, 1U);
        const auto events = again->take(static_cast<std::size_t>(published_since));
        EXPECT_EQ(events.front().seq, 1U);
        EXPECT_EQ(events.back().seq, static_cast<std::uint64_t>(published_since));
    }
}

TEST_P(Restart, ASecondCutBehindTheGapLosesNothing) {
    start();
    std::string cursor;
    {
        const auto subscriber = subscribe();
        publish_many(3);
        subscriber->take(3);
        cursor = subscriber->cursor();
    }
    start();
    publish_many(40);
    const Event gap = subscribe({{}, cursor})->next();
    ASSERT_EQ(gap.kind, Kind::gap);
    const auto again = subscribe({{}, gap.cursor});
    const auto events = again->take(40);
    EXPECT_EQ(events.front().seq, 1U) << "after " << gap.cursor;
}

TEST_P(Restart, OfSeveralTopicsEachIsTold) {
    start();
    std::string cursor;
    {
        const auto subscriber = subscribe({{"a", "b"}, {}});
        publish_many(3, "a");
        publish_many(5, "b");
        subscriber->take(8);
        cursor = subscriber->cursor();
    }
    start();
    publish_many(4, "b");
    const auto again = subscribe({{"a", "b"}, cursor});
    EXPECT_EQ(again->next().kind, Kind::gap);
    EXPECT_EQ(again->next().kind, Kind::gap);
    EXPECT_EQ(again->take(4).back().topic, "b");
}

INSTANTIATE_TEST_SUITE_P(Transports, Restart, ::testing::ValuesIn(variants()), variant_name);

}  // namespace
}  // namespace pushbench::contract
