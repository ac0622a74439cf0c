// A connection of HTTP/1.1, the far end of its socket at hand.
#include "http/connection.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <cerrno>

#include "servers/fake_client.hpp"

namespace pushbench {
namespace {

constexpr std::size_t kAnswerBytes = 4000;
constexpr std::string_view kAsk = "GET /big HTTP/1.1\r\nHost: localhost\r\n\r\n";

class ConnectionTest : public ::testing::Test, protected OneWorker {
 protected:
    ConnectionTest() {
        service.routes.push_back({"GET", "/big", answer_big, this});
        admit_http(service)(worker, Socket{ends.near}, false).begin();
        run();
    }

    static void answer_big(Exchange& exchange, const Request& request) {
        ++request.state<ConnectionTest>().asked;
        exchange.respond({200, "text/plain", std::string(kAnswerBytes, 'x'), {}});
    }
    /// As far as the kernel takes it. How much that was.
    std::size_t send(std::string_view text) {
        const ssize_t sent = ::send(ends.far, text.data(), text.size(), MSG_NOSIGNAL);
        run();
        return sent < 0 ? 0 : static_cast<std::size_t>(sent);
    }
    /// What the kernel holds of answers.
    std::size_t take() { return ends.drain_far(); }

    SocketPair ends;
    HttpService service;
    std::size_t asked = 0;
};

TEST_F(ConnectionTest, AnswersSentAheadLeaveInOneWrite) {
    send(std::string{kAsk} + std::string{kAsk} + std::string{kAsk});
    EXPECT_EQ(asked, 3U);
    EXPECT_GE(take(), 3 * kAnswerBytes);
    EXPECT_EQ(worker.counters.writes.get(), 1U);
    send(std::string{kAsk} + "GET /b");
    EXPECT_EQ(asked, 4U);
    EXPECT_GE(take(), kAnswerBytes) << "nobody knows when the rest of the next one comes";
}

// It may ask as fast as it likes: what it does not take is asked for later, by what waits in its own kernel.
TEST_F(ConnectionTest, AClientThatTakesNoAnswersIsNotAskedFor) {
    constexpr std::size_t kRequests = 2000;
    std::string all;
    for (std::size_t i = 0; i < kRequests; ++i) all += kAsk;
    std::string_view left = all;
    for (std::size_t sent = 1; sent > 0; left.remove_prefix(sent)) sent = send(left);
    const std::size_t asked_before = asked;
    ASSERT_LT(asked_before, kRequests);
    const std::size_t taken = take();
    EXPECT_LE(asked_before * kAnswerBytes, taken + 16 * 1024 + kAnswerBytes) << "more is held than corked";
    for (std::size_t more = 1; more > 0;) {
        if (!left.empty()) left.remove_prefix(send(left));
        run();
        more = take();
    }
    EXPECT_TRUE(left.empty());
    EXPECT_EQ(asked, kRequests);
}

/// A connection over calls that go as the test says.
class ConnectionCallsTest : public ::testing::Test, protected FakeClient {
 protected:
    ConnectionCallsTest() {
        service.routes.push_back({"GET", "/n", answer_number, this});
        admit_http(service)(own.worker, Socket{ends.near, &own.worker.counters.connections}, false).begin();
        own.run();
    }

    static void answer_number(Exchange& exchange, const Request& request) {
        const std::string number = std::to_string(++request.state<ConnectionCallsTest>().answered);
        exchange.respond({200, "text/plain", "(" + number + ")", {}});
    }

    HttpService service;
    int answered = 0;
};

constexpr std::string_view kNumber = "GET /n HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// Bodies in the order in which they left.
std::string bodies(std::string_view sent) {
    std::string all;
    for (std::size_t at = 0; (at = sent.find('(', at)) != std::string_view::npos; ++at)
        all += sent.substr(at, sent.find(')', at) + 1 - at);
    return all;
}

TEST_F(ConnectionCallsTest, AnswersSurviveEveryCut) {
    const std::string two = std::string{kNumber} + std::string{kNumber};
    say(two + two);
    const std::size_t size_bytes = calls.sent.size() / 2;
    for (std::size_t cut = 0; cut < size_bytes; ++cut) {
        calls.sent.clear();
        answered = 0;
        calls.sends = {FakeCalls::bytes(cut), FakeCalls::fails(EAGAIN), FakeCalls::bytes(1)};
        say(two);
        EXPECT_EQ(calls.sent.size(), cut);
        for (int i = 0; i < 3; ++i) go_on();
        ASSERT_EQ(calls.sent.size(), size_bytes) << cut;
        ASSERT_EQ(bodies(calls.sent), "(1)(2)") << cut;
    }
    EXPECT_EQ(open(), 1U);
}

TEST_F(ConnectionCallsTest, WhoTakesNothingIsNotRead) {
    calls.sends = {FakeCalls::fails(EAGAIN)};
    say(std::string{kNumber});
    calls.sends = {FakeCalls::fails(EAGAIN)};
    say(std::string{kNumber});
    EXPECT_EQ(answered, 1);
    EXPECT_EQ(calls.to_receive, kNumber);
    go_on();
    EXPECT_EQ(bodies(calls.sent), "(1)(2)");
}

TEST_F(ConnectionCallsTest, ASignalInBetweenIsNoEnd) {
    calls.receives = {FakeCalls::fails(EINTR)};
    calls.sends = {FakeCalls::fails(EINTR)};
    say(std::string{kNumber});
    EXPECT_EQ(bodies(calls.sent), "(1)");
}

TEST_F(ConnectionCallsTest, AnErrorClosesIt) {
    calls.sends = {FakeCalls::fails(ECONNRESET)};
    say(std::string{kNumber});
    EXPECT_EQ(open(), 0U);
}

}  // namespace
}  // namespace pushbench
