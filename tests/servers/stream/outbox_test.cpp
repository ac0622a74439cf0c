#include "stream/outbox.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "servers/life.hpp"
#include "servers/net/joined.hpp"

namespace pushbench {
namespace {

/// Entries here have their bytes already.
std::string frames(const Notification&, const Epoch&) {
    return {};
}

struct Nobody final : Subscriber {
    void wake() override {}
};

/// An outbox, the log it reads and a kernel that takes as much as it likes.
struct Rig {
    void publish(const std::string& frame, const std::string& topic = "t") {
        hub.append(topic, std::make_shared<const Entry>(hub.head(topic) + 1, frame));
    }
    void follow(const std::vector<std::string>& topics = {"t"}) {
        outbox.reader().follow(hub, nobody, topics, Cursor{});
    }
    std::string gathered() const {
        Outbox::Buffers buffers;
        const Outbox::Gathered gathered = outbox.gather(buffers, framing);
        std::string bytes = joined(std::span{buffers}.first(gathered.count));
        EXPECT_EQ(bytes.size(), gathered.bytes);
        return bytes;
    }
    /// A kernel that takes at most `most_bytes` of what is offered.
    std::size_t write(std::size_t most_bytes) {
        const std::string bytes = gathered();
        const std::size_t taken = std::min(most_bytes, bytes.size());
        sent.append(bytes, 0, taken);
        Outbox::Buffers buffers;
        const Outbox::Gathered gathered_now = outbox.gather(buffers, framing);
        return outbox.advance(taken, buffers, gathered_now);
    }
    Framing framing{frames};
    Hub hub{{{64}}, kLife, [] {}};
    Nobody nobody;
    Outbox outbox;
    std::string sent;
};

class OutboxTest : public ::testing::Test, protected Rig {};

TEST_F(OutboxTest, GathersWhatIsBehind) {
    follow();
    EXPECT_EQ(gathered(), "");
    publish("[1]");
    publish("[22]");
    EXPECT_EQ(gathered(), "[1][22]");
    EXPECT_EQ(write(SIZE_MAX), 2U);
    EXPECT_EQ(gathered(), "");
}

// Whatever the kernel takes, nothing is lost, doubled or torn by bytes of the session's own.
TEST_F(OutboxTest, SurvivesEveryCut) {
    const std::string expected = "HEAD[1][22][333]";
    for (std::size_t cut = 0; cut <= expected.size(); ++cut) {
        for (std::size_t then = 1; then <= 5; ++then) {
            Rig fresh;
            fresh.follow();
            fresh.outbox.send("HEAD");
            for (const char* frame : {"[1]", "[22]", "[333]"}) fresh.publish(frame);
            std::size_t deliveries = fresh.write(cut);
            while (!fresh.gathered().empty()) deliveries += fresh.write(then);
            ASSERT_EQ(fresh.sent, expected) << cut << ", then " << then;
            ASSERT_EQ(deliveries, 3U);
        }
    }
}

// A client of HTTP/1.0 gets an event without the chunk around it: the same bytes, from an offset.
TEST_F(OutboxTest, APartOfEachFrameSurvivesEveryCut) {
    const std::string expected = "HEAD122333";
    for (std::size_t cut = 0; cut <= expected.size(); ++cut) {
        Rig fresh;
        fresh.framing.part = [](std::string_view frame) { return frame.substr(1, frame.size() - 2); };
        fresh.follow();
        fresh.outbox.send("HEAD");
        for (const char* frame : {"[1]", "[22]", "[333]"}) fresh.publish(frame);
        std::size_t deliveries = fresh.write(cut);
        while (!fresh.gathered().empty()) deliveries += fresh.write(2);
        EXPECT_EQ(fresh.sent, expected) << cut;
        EXPECT_EQ(deliveries, 3U);
    }
}

TEST_F(OutboxTest, OwnBytesStandBetweenFramesWhereverTheCutWas) {
    const std::string frames = "[1][22][333]";
    for (std::size_t cut = 0; cut <= frames.size(); ++cut) {
        Rig fresh;
        fresh.follow();
        for (const char* frame : {"[1]", "[22]", "[333]"}) fresh.publish(frame);
        fresh.write(cut);
        fresh.outbox.send("(own)");
        while (!fresh.gathered().empty()) fresh.write(1);
        const std::size_t boundary = cut == 0 ? 0 : cut <= 3 ? 3 : cut <= 7 ? 7 : 12;
        EXPECT_EQ(fresh.sent, std::string{frames}.insert(boundary, "(own)")) << cut;
    }
}

TEST_F(OutboxTest, OwnBytesThatWereCutGoOnFirst) {
    follow();
    outbox.send("(first)");
    write(3);
    outbox.send("(second)");
    publish("[1]");
    EXPECT_EQ(outbox.own_bytes(), 12U);
    while (!gathered().empty()) write(2);
    EXPECT_EQ(sent, "(first)(second)[1]");
    EXPECT_EQ(outbox.own_bytes(), 0U);
}

TEST_F(OutboxTest, OffersNoMoreBuffersThanTheKernelTakesAtOnce) {
    follow();
    outbox.send("x");
    for (int i = 0; i < 64; ++i) publish("[]");
    Outbox::Buffers buffers;
    EXPECT_EQ(outbox.gather(buffers, framing).count, Outbox::kBuffers);
    EXPECT_EQ(write(SIZE_MAX), 63U);
    EXPECT_EQ(write(SIZE_MAX), 1U);
}

TEST_F(OutboxTest, AnEntryThatHasBegunIsFinishedThoughItsHistoryIsGone) {
    Hub small{{{1}}, kLife, [] {}};
    outbox.reader().follow(small, nobody, std::vector<std::string>{"t"}, {});
    small.append("t", std::make_shared<const Entry>(1, "[first]"));
    EXPECT_EQ(write(2), 0U);
    small.append("t", std::make_shared<const Entry>(2, "[second]"));
    small.append("t", std::make_shared<const Entry>(3, "[third]"));
    const auto gap = outbox.reader().take_gap();
    ASSERT_TRUE(gap);
    EXPECT_EQ(gap->after, 1U);
    EXPECT_EQ(gap->first, 3U);
    outbox.send("(gap)");
    EXPECT_EQ(write(SIZE_MAX), 2U);
    EXPECT_EQ(sent, "[first](gap)[third]");
    outbox.stop_entries();
}

TEST_F(OutboxTest, StoppedItFinishesTheFrameAndTheOwnBytesOnly) {
    follow();
    publish("[1]");
    publish("[2]");
    write(1);
    outbox.stop_entries();
    outbox.send("(bye)");
    publish("[3]");
    while (!gathered().empty()) write(4);
    EXPECT_EQ(sent, "[1](bye)");
}

TEST_F(OutboxTest, MergesSeveralTopics) {
    follow({"a", "b"});
    publish("[a1]", "a");
    publish("[b1]", "b");
    publish("[a2]", "a");
    std::size_t deliveries = 0;
    while (!gathered().empty()) deliveries += write(3);
    EXPECT_EQ(sent, "[a1][a2][b1]");
    EXPECT_EQ(deliveries, 3U);
}

// Large ones would else leave in one write, however many there are.
TEST_F(OutboxTest, GathersNoMoreThanATurn) {
    follow();
    const std::string large(Outbox::kTurnBytes / 2 - 1, 'x');
    for (int i = 0; i < 9; ++i) publish(large);
    publish(std::string(4 * Outbox::kTurnBytes, 'y'));
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(gathered().size(), 3 * large.size()) << "up to the one that reaches it";
        EXPECT_EQ(write(3 * large.size()), 3U);
    }
    EXPECT_EQ(gathered().size(), 4 * Outbox::kTurnBytes) << "one that is larger leaves all the same";
}

}  // namespace
}  // namespace pushbench
