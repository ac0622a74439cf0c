// A stream by value: no socket, no clock.
#include "stream/stream.hpp"

#include <gtest/gtest.h>

#include "servers/net/joined.hpp"
#include "servers/one_worker.hpp"
#include "servers/stream/plain_stream.hpp"

namespace pushbench {
namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr std::int64_t kGridNs = kSecondNs / 10;

class StreamTest : public ::testing::Test, protected OneWorker {
 protected:
    struct Nobody final : Subscriber {
        void wake() override {}
    };

    void begin(Stream& stream, const Cursor& from = {}, const std::vector<std::string>& topics = {"t"}) {
        gaps = stream.begin("HEAD", worker.hub, nobody, {topics, from}, now);
    }
    /// What a client that takes at most so much gets.
    std::string take(Stream& stream, std::size_t most_bytes = SIZE_MAX) {
        gaps += stream.tell_gaps();
        Outbox::Buffers buffers;
        const Outbox::Gathered gathered = stream.gather(buffers);
        std::string bytes = joined(std::span{buffers}.first(gathered.count)).substr(0, most_bytes);
        was_all = gathered.is_all && bytes.size() == gathered.bytes;
        if (!bytes.empty()) deliveries += stream.advance(bytes.size(), buffers, gathered, now);
        return bytes;
    }
    void say(Stream& stream, std::string text) { stream.on_bytes(text, worker); }

    Nobody nobody;
    std::int64_t now = 1000 * kSecondNs;
    Pace pace{15 * kSecondNs, 60 * kSecondNs};
    std::size_t gaps = 0;
    std::size_t deliveries = 0;
    bool was_all = false;
};

TEST_F(StreamTest, BeginsWithItsHeadAndGoesOnWithWhatIsPublished) {
    PlainStream stream;
    begin(stream);
    EXPECT_EQ(take(stream), "HEAD");
    publish("[1]");
    publish("[2]");
    EXPECT_EQ(take(stream), "[1][2]");
    EXPECT_TRUE(was_all);
    EXPECT_EQ(deliveries, 2U);
    EXPECT_EQ(take(stream), "");
}

TEST_F(StreamTest, TellsOfGapsAtItsBeginAndLater) {
    for (int i = 0; i < 3; ++i) publish("[x]");
    PlainStream stream;
    begin(stream, {{}, {9}});
    EXPECT_EQ(gaps, 1U);
    EXPECT_EQ(take(stream), "HEAD(gap 9-1)[x][x][x]");
    for (std::size_t i = 0; i < options.history + 2; ++i) publish("[y]");
    EXPECT_EQ(take(stream).substr(0, 16), "(gap 3-6)[y][y][");
    EXPECT_EQ(gaps, 2U);
    EXPECT_FALSE(was_all) << "more than one write gathers";
}

TEST_F(StreamTest, AnswersItsClientBetweenTwoFrames) {
    PlainStream stream;
    begin(stream);
    publish("[1]");
    publish("[2]");
    EXPECT_EQ(take(stream, 5), "HEAD[");
    say(stream, "ping");
    EXPECT_TRUE(stream.wants_out());
    EXPECT_EQ(take(stream), "1](heard ping)[2]");
    EXPECT_FALSE(stream.wants_out());
}

// Its client sends and takes nothing: no more is read of it than one read.
TEST_F(StreamTest, WantsNothingInFromWhoTakesNoAnswers) {
    PlainStream stream;
    begin(stream);
    for (int i = 0; i < 20; ++i) say(stream, std::string(1000, 'p'));
    EXPECT_FALSE(stream.wants_in());
    take(stream);
    EXPECT_TRUE(stream.wants_in());
}

TEST_F(StreamTest, EndsWithAGoodbyeBehindTheFrameThatHasBegun) {
    PlainStream stream;
    begin(stream);
    publish("[1]");
    publish("[2]");
    take(stream, 5);
    stream.end();
    EXPECT_TRUE(stream.is_finishing());
    stream.end();
    say(stream, "more");
    publish("[3]");
    EXPECT_EQ(take(stream), "1](bye)");
    EXPECT_EQ(take(stream), "");
    PlainStream quitting;
    begin(quitting);
    say(quitting, "quit");
    EXPECT_TRUE(quitting.is_finishing());
    EXPECT_EQ(take(quitting), "HEAD(quit)");
}

TEST_F(StreamTest, CopiesAFewEntriesAtATime) {
    PlainStream stream{true};
    begin(stream, {}, {"t", "u"});
    publish("[1]");
    publish("[2]", "u");
    EXPECT_EQ(take(stream), "HEAD<life-1,0[1]><life-1,1[2]>");
    EXPECT_FALSE(was_all) << "more may be behind: it has to be asked";
    EXPECT_EQ(deliveries, 2U);
    for (int i = 0; i < 10; ++i) publish(std::string(10'000, 'x'));
    EXPECT_LT(take(stream).size(), 30'000U);
    while (!take(stream).empty()) {
    }
    EXPECT_EQ(deliveries, 12U);
}

TEST_F(StreamTest, BreaksItsSilenceWhenThatIsDue) {
    PlainStream stream;
    begin(stream);
    take(stream);
    const std::int64_t due = now + pace.heartbeat_ns;
    const std::int64_t look = stream.next_look_ns(now, pace, false);
    EXPECT_GT(look, due);
    EXPECT_LE(look, due + kGridNs);
    EXPECT_EQ(look % kGridNs, 0) << "all look at the same time";
    EXPECT_FALSE(stream.break_silence(due - 1, pace));
    now = look;
    EXPECT_TRUE(stream.break_silence(now, pace));
    EXPECT_EQ(take(stream), "(beat)");
    EXPECT_FALSE(stream.break_silence(now, pace));
    EXPECT_GT(stream.next_look_ns(now, pace, false), now + pace.heartbeat_ns);
}

TEST_F(StreamTest, SaysNothingWhereItNeedNot) {
    PlainStream stream;
    begin(stream);
    take(stream);
    now += 10 * kSecondNs;
    publish("[1]");
    take(stream);
    EXPECT_FALSE(stream.break_silence(now + 10 * kSecondNs, pace)) << "it was not silent";
    EXPECT_FALSE(stream.break_silence(now + 1000 * kSecondNs, {0, 0}));
    stream.end();
    EXPECT_FALSE(stream.break_silence(now + 1000 * kSecondNs, pace)) << "it has said its last";
}

TEST_F(StreamTest, WhoTakesNothingOrAnswersNothingIsGone) {
    PlainStream stream;
    begin(stream);
    take(stream);
    const std::int64_t late = now + pace.idle_timeout_ns;
    EXPECT_FALSE(stream.is_gone(late, pace, false)) << "it may have nothing to say";
    EXPECT_FALSE(stream.is_gone(late - 1, pace, true));
    EXPECT_TRUE(stream.is_gone(late, pace, true));
    stream.answers = false;
    EXPECT_TRUE(stream.is_gone(now, pace, false));
    EXPECT_FALSE(stream.is_gone(late, {pace.heartbeat_ns, 0}, true)) << "for ever is for ever";
}

TEST_F(StreamTest, IsLookedAtInTimeForWhicheverComesFirst) {
    PlainStream stream;
    begin(stream);
    take(stream);
    EXPECT_EQ(stream.next_look_ns(now, {0, 0}, false), INT64_MAX);
    EXPECT_EQ(stream.next_look_ns(now, {0, kSecondNs}, false), now + kSecondNs + kGridNs);
    EXPECT_EQ(stream.next_look_ns(now, {kSecondNs, 0}, true), now + kSecondNs + kGridNs);
    EXPECT_EQ(stream.next_look_ns(now, {9 * kSecondNs, kSecondNs}, false), now + kSecondNs + kGridNs);
    const std::int64_t overdue = now + 3600 * kSecondNs;
    EXPECT_GT(stream.next_look_ns(overdue, pace, false), overdue) << "never at once";
}

}  // namespace
}  // namespace pushbench
