// The client's side of the Autobahn cases: groups 1 to 7, 9 and 10. Groups 12 and 13 are about compression,
// which is never offered. All must pass as OK; there is no NON-STRICT here.
#include <gmock/gmock.h>

#include <set>

#include "autobahn_cases.hpp"
#include "pieces.hpp"
#include "websocket_frames.hpp"
#include "websocket_session.hpp"

namespace pushbench::loadgen {
namespace {

/// Gives the reads to a client. Tells at which of them it was done with the connection; -1: it never was.
int play(const std::vector<std::string>& reads, WebSocketSession& session) {
    session.open();
    for (std::size_t i = 0; i != reads.size(); ++i)
        if (session.client->received(reads[i], session.seen, session.out) == Next::close)
            return static_cast<int>(i);
    return -1;
}

void expect_passed(const AutobahnCase& one, const std::vector<std::string>& reads) {
    WebSocketSession session;
    const int done_at = play(reads, session);
    ASSERT_NE(done_at, -1);
    // Not by a matcher: it would print 16 MiB.
    ASSERT_EQ(session.seen.messages.size(), one.messages.size());
    ASSERT_TRUE(session.seen.messages == one.messages);
    ASSERT_EQ(client_frames(session.out), one.said);
}

void expect_passed(const AutobahnCase& one) {
    SCOPED_TRACE("case " + one.id);
    expect_passed(one, one.reads);
    if (one.fails_at != -1) {
        WebSocketSession session;
        EXPECT_EQ(play(one.reads, session), one.fails_at);
    }
    std::string bytes;
    for (const std::string& read : one.reads) bytes += read;
    if (bytes.size() > 300) return;
    for (const auto& pieces : all_cuts(bytes)) expect_passed(one, pieces);
}

void expect_all_passed(const std::vector<AutobahnCase>& cases, std::size_t count) {
    std::set<std::string> ids;
    for (const AutobahnCase& one : cases) {
        expect_passed(one);
        EXPECT_TRUE(ids.insert(one.id).second) << one.id << " twice";
    }
    EXPECT_EQ(ids.size(), count);
}

TEST(Autobahn, Framing) {
    expect_all_passed(autobahn_framing(), 16 + 11 + 7 + 10);
}

TEST(Autobahn, Fragmentation) {
    expect_all_passed(autobahn_fragmentation(), 20);
}

TEST(Autobahn, Utf8) {
    expect_all_passed(autobahn_utf8(), 145);
}

TEST(Autobahn, Closing) {
    expect_all_passed(autobahn_closing(), 37);
}

TEST(Autobahn, Limits) {
    std::set<std::string> ids;
    each_autobahn_limit([&](const AutobahnCase& one) {
        expect_passed(one);
        ids.insert(one.id);
    });
    EXPECT_EQ(ids.size(), 54U + 1U);
}

}  // namespace
}  // namespace pushbench::loadgen
