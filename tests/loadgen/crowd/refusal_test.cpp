// What a client does when its server says no: come back, come back later, or not at all.
#include <gmock/gmock.h>

#include <atomic>

#include "crowd/one_worker.hpp"

namespace pushbench::loadgen {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string answer(const std::string& status, const std::string& headers = {}) {
    return "HTTP/1.1 " + status + "\r\n" + headers + "Content-Length: 0\r\n\r\n";
}

/// Answers connection after connection with these, and holds the last one open.
FakePeer::Script one_after_the_other(std::vector<std::string> answers, std::atomic<int>& connections) {
    return [answers = std::move(answers), &connections](PeerConnection& connection, int number) {
        ++connections;
        if (connection.read_until("\r\n\r\n").empty()) return;
        const auto last = answers.size() - 1;
        const auto which = std::min<std::size_t>(static_cast<std::size_t>(number), last);
        connection.write(answers[which]);
        if (which == last) connection.read_until("never");
    };
}

TEST(Refusal, ComesBackWhereTheServerIsBusy) {
    for (const char* status : {"503 Service Unavailable", "429 Too Many Requests", "500 Oops",
                               "502 Bad Gateway", "504 Gateway Timeout"}) {
        std::atomic<int> connections{0};
        FakePeer peer{one_after_the_other({answer(status, "Retry-After: 0\r\n"), sse_head}, connections)};
        Worker worker{settings(peer, "sse"), 0};
        worker.start(now_ns());
        ASSERT_TRUE(eventually([&] { return worker.ready() == 1; })) << status;
        const Counters seen = counters_of(worker);
        EXPECT_EQ(seen.refused(), 1);
        EXPECT_EQ(status[0] == '4' ? seen.refused_4xx : seen.refused_5xx, 1);
        EXPECT_EQ(seen.connect_failures, 0);
        EXPECT_THAT(worker.trouble().refusals.commonest(), HasSubstr(status));
    }
}

TEST(Refusal, WaitsAsLongAsItIsTold) {
    std::atomic<int> connections{0};
    FakePeer peer{one_after_the_other({answer("503 Busy", "Retry-After: 3600\r\n"), sse_head}, connections)};
    Worker worker{settings(peer, "sse"), 0};
    worker.start(now_ns());
    ASSERT_TRUE(eventually([&] { return worker.in_state(Subscriber::State::put_off) == 1; }));
    EXPECT_EQ(worker.ready(), 0);
    EXPECT_EQ(connections, 1);
}

TEST(Refusal, StaysAwayWhereToAskAgainIsSenseless) {
    for (const std::string& no :
         {answer("404 Not Found"), answer("401 Unauthorized"), answer("403 Forbidden"), answer("410 Gone"),
          std::string{"HTTP/1.1 204 No Content\r\n\r\n"}, answer("200 OK", "Content-Type: text/html\r\n"),
          answer("200 OK", "Content-Type: text/event-streamX\r\n"),
          answer("200 OK", "Content-Type: text/event-stream\r\nContent-Encoding: gzip\r\n"),
          std::string{"SSH-2.0-OpenSSH_9\r\n"}}) {
        std::atomic<int> connections{0};
        FakePeer peer{one_after_the_other({no, sse_head}, connections)};
        Worker worker{settings(peer, "sse"), 0};
        worker.start(now_ns());
        ASSERT_TRUE(eventually([&] { return worker.in_state(Subscriber::State::done) == 1; })) << no;
        EXPECT_EQ(connections, 1) << no;
        EXPECT_THAT(worker.trouble().refusals.commonest(),
                    StartsWith(peer.address().text + " answered GET /events?topic=default with "));
    }
}

TEST(Refusal, EndsASubscriberThatIsToldSoAfterACut) {
    std::atomic<int> connections{0};
    FakePeer peer{one_after_the_other(
        {std::string{sse_head} + "retry: 1\n\n", "HTTP/1.1 204 No Content\r\n\r\n", sse_head}, connections)};
    Worker worker{settings(peer, "sse"), 0};
    worker.start(now_ns());
    ASSERT_TRUE(eventually([&] { return worker.in_state(Subscriber::State::done) == 1; }));
    EXPECT_EQ(connections, 2);
    EXPECT_EQ(counters_of(worker).reconnects, 1);
}

TEST(Refusal, CountsAPeerThatBreaksTheProtocol) {
    std::atomic<int> connections{0};
    const std::string poll = "HTTP/1.1 204 No Content\r\nCursor: 0\r\nConnection: close\r\n\r\n";
    FakePeer peer{one_after_the_other({poll, "nonsense\r\n\r\n", poll}, connections)};
    Worker worker{settings(peer, "short-poll"), 0};
    worker.start(now_ns());
    // It was served once, so the server does speak HTTP, and has only stumbled.
    ASSERT_TRUE(eventually([&] { return connections >= 3 && worker.ready() == 1; }));
    EXPECT_EQ(counters_of(worker).protocol_errors, 1);
}

TEST(Complaints, KnowTheCommonest) {
    Complaints complaints;
    EXPECT_EQ(complaints.commonest(), "");
    for (const char* text : {"a", "b", "b", "c"}) complaints.add(text);
    EXPECT_EQ(complaints.commonest(), "b");
    for (int i = 0; i != 100; ++i) complaints.add(std::to_string(i));  // only so many are kept
    Complaints others;
    others.add("a", 5);
    complaints.add(others);
    EXPECT_EQ(complaints.commonest(), "a");
}

}  // namespace
}  // namespace pushbench::loadgen
