// A connection of HTTP/1.1, the far end of its socket at hand.
#include "http/connection.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

#include "servers/one_worker.hpp"

namespace pushbench {
namespace {

constexpr std::size_t kAnswerBytes = 4000;
constexpr std::string_view kAsk = "GET /big HTTP/1.1\r\nHost: localhost\r\n\r\n";

class ConnectionTest : public ::testing::Test, protected OneWorker {
 protected:
    ConnectionTest() {
        std::array<int, 2> ends{};
        EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()), 0);
        client = ends[1];
        service.routes.push_back({"GET", "/big", answer_big, this});
        admit_http(service)(worker, Socket{ends[0]}, false).begin();
        run();
    }
    ~ConnectionTest() override { ::close(client); }

    static void answer_big(Exchange& exchange, const Request& request) {
        ++request.state<ConnectionTest>().asked;
        exchange.respond({200, "text/plain", std::string(kAnswerBytes, 'x'), {}});
    }
    /// As far as the kernel takes it. How much that was.
    std::size_t send(std::string_view text) {
        const ssize_t sent = ::send(client, text.data(), text.size(), MSG_NOSIGNAL);
        run();
        return sent < 0 ? 0 : static_cast<std::size_t>(sent);
    }
    /// What the kernel holds of answers.
    std::size_t take() {
        std::array<char, 65536> buffer;
        std::size_t bytes = 0;
        for (ssize_t n = 0; (n = ::recv(client, buffer.data(), buffer.size(), 0)) > 0;)
            bytes += static_cast<std::size_t>(n);
        return bytes;
    }

    HttpService service;
    int client = -1;
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

}  // namespace
}  // namespace pushbench
