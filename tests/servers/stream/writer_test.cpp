// A stream on a socket whose system calls go as the test says.
#include "stream/writer.hpp"

#include <gtest/gtest.h>

#include <cerrno>

#include "servers/fake_client.hpp"
#include "servers/stream/plain_stream.hpp"

namespace pushbench {
namespace {

struct Before final : Pollable {
    void on_events(std::uint32_t) override {}
};

/// One stream, and the kernel below it.
struct StreamRig : FakeClient {
    explicit StreamRig(bool copies = false) {
        Socket socket{ends.near, &own.worker.counters.connections};
        EXPECT_TRUE(socket.watch(own.worker.poller, before));
        own.run();
        session = new StreamSession<PlainStream>(own.worker, std::move(socket), copies);
    }
    void start() { session->start("HEAD", {{"t"}, {}}, {}); }

    Before before;
    StreamWriter* session = nullptr;  // owned by the worker
};

TEST(StreamWriterTest, SurvivesEveryCut) {
    for (const bool copies : {false, true}) {
        const std::string expected =
            copies ? "HEAD<life-1[1]><life-2[22]>(heard hm)<life-3[333]>" : "HEAD[1][22](heard hm)[333]";
        for (std::size_t cut = 0; cut <= 11; ++cut) {
            StreamRig rig{copies};
            rig.calls.sends = {FakeCalls::bytes(0)};
            rig.start();
            rig.own.publish("[1]");
            rig.own.publish("[22]");
            EXPECT_EQ(rig.calls.send_calls, 1) << "who takes nothing is not asked again";
            rig.calls.sends = {FakeCalls::bytes(cut), FakeCalls::fails(EAGAIN)};
            rig.go_on();
            EXPECT_EQ(rig.calls.sent.size(), cut);
            for (int i = 0; i < 3; ++i) rig.go_on();
            rig.say("hm");
            rig.own.publish("[333]");
            rig.go_on();
            ASSERT_EQ(rig.calls.sent, expected) << cut;
            EXPECT_EQ(rig.own.worker.counters.deliveries.get(), 3U);
            EXPECT_EQ(rig.open(), 1U);
        }
    }
}

TEST(StreamWriterTest, ADeliveryIsOneCall) {
    StreamRig rig;
    rig.start();
    const int before = rig.calls.send_calls;
    for (int i = 0; i < 10; ++i) rig.own.publish("[x]");
    EXPECT_EQ(rig.calls.send_calls - before, 10);
}

TEST(StreamWriterTest, ASignalIsNoEndOfAStream) {
    StreamRig rig;
    rig.start();
    rig.calls.sends = {FakeCalls::fails(EINTR)};
    rig.calls.receives = {FakeCalls::fails(EINTR)};
    rig.own.publish("[1]");
    rig.say("hm");
    EXPECT_EQ(rig.calls.sent, "HEAD[1](heard hm)");
}

TEST(StreamWriterTest, AnErrorClosesAStreamEitherWay) {
    for (const bool writing : {true, false}) {
        StreamRig rig;
        rig.start();
        (writing ? rig.calls.sends : rig.calls.receives) = {FakeCalls::fails(ECONNRESET)};
        if (writing)
            rig.own.publish("[1]");
        else
            rig.go_on();
        EXPECT_EQ(rig.open(), 0U);
        rig.own.publish("[2]");
        EXPECT_EQ(rig.calls.sent, "HEAD");
    }
}

TEST(StreamWriterTest, WhoTakesNoAnswersIsReadNoFurther) {
    StreamRig rig;
    rig.start();
    rig.calls.sends = {FakeCalls::fails(EAGAIN)};
    rig.say(std::string(17'000, 'p'));
    const std::string unread = "more";
    rig.calls.sends = {FakeCalls::fails(EAGAIN)};
    rig.say(unread);
    EXPECT_EQ(rig.calls.to_receive, unread);
    rig.go_on();
    EXPECT_EQ(rig.calls.to_receive, "");
    EXPECT_TRUE(rig.calls.sent.ends_with("(heard more)"));
}

// A whole history at once would hold up all the others of its thread.
TEST(StreamWriterTest, OneThatLagsWritesATurnAtATime) {
    // Small ones fill a write by their number, large ones by their bytes.
    for (const std::size_t entry_bytes : {2000U, 40'000U}) {
        StreamRig rig;
        rig.calls.sends = {FakeCalls::fails(EAGAIN)};
        rig.start();
        for (int i = 0; i < 200; ++i) rig.own.publish(std::string(entry_bytes, 'x'));
        rig.own.worker.poller.ask_again(rig.ends.near);
        rig.own.worker.io.restart();
        std::size_t most_bytes = 0;
        for (std::size_t before = 0; rig.own.worker.io.poll_one() > 0; before = rig.calls.sent.size())
            most_bytes = std::max(most_bytes, rig.calls.sent.size() - before);
        EXPECT_GE(most_bytes, Outbox::kTurnBytes);
        EXPECT_LE(most_bytes, 2 * Outbox::kTurnBytes);
        rig.own.run();
        EXPECT_EQ(rig.calls.sent.size(), 4 + 200 * entry_bytes);
    }
}

TEST(StreamWriterTest, EndsItsSideOnceItsGoodbyeIsOut) {
    StreamRig rig;
    rig.start();
    rig.calls.sends = {FakeCalls::bytes(2)};
    rig.session->shut_down();
    EXPECT_FALSE(rig.calls.ended);
    rig.go_on();
    EXPECT_TRUE(rig.calls.ended);
    EXPECT_EQ(rig.calls.sent, "HEAD(bye)");
    EXPECT_EQ(rig.open(), 1U) << "it waits for its client to close first";
    rig.calls.receives = {FakeCalls::bytes(0)};
    rig.go_on();
    EXPECT_EQ(rig.open(), 0U);
}

}  // namespace
}  // namespace pushbench
