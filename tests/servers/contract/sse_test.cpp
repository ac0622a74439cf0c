// What is SSE's alone: the bytes of the stream (WHATWG HTML §9.2).
#include "servers/contract/fixture.hpp"

namespace pushbench::contract {
namespace {

class Sse : public ServerTest {
 protected:
    void start(const std::vector<std::string>& more = {}) { ServerTest::start(variant("Sse"), more); }
    /// Opens a stream and gives the response's head. To a client of HTTP/1.0 it comes without chunks, so that
    /// what is read is what the stream says.
    std::string open(Socket& socket, const std::string& query = {}, const std::string& headers = {},
                     const std::string& version = "1.0") {
        socket.send("GET /events" + query + " HTTP/" + version + "\r\nHost: localhost\r\n" + headers +
                    "\r\n");
        return socket.read_until("\r\n\r\n");
    }
    std::string open_chunked(Socket& socket, const std::string& query = {}, const std::string& headers = {}) {
        return open(socket, query, headers, "1.1");
    }
    /// A chunk (RFC 9112 §7.1), its size taken off and held against; empty for the last one.
    static std::string read_chunk(Socket& socket) {
        const std::string head = socket.read_until("\r\n");
        const std::size_t size = std::stoul(head, nullptr, 16);
        const std::string data = socket.read_exactly(size + 2);
        EXPECT_TRUE(data.ends_with("\r\n")) << head << data;
        return data.substr(0, size);
    }
};

TEST_F(Sse, HeadTellsBrowsersAndProxiesWhatItIs) {
    start();
    Socket socket{server().port()};
    const std::string head = open(socket);
    EXPECT_TRUE(head.starts_with("HTTP/1.1 200 OK\r\n")) << head;
    for (const char* line : {"\r\nContent-Type: text/event-stream\r\n", "\r\nCache-Control: no-cache\r\n",
                             "\r\nX-Accel-Buffering: no\r\n", "\r\nConnection: close\r\n"})
        EXPECT_NE(head.find(line), std::string::npos) << line;
    EXPECT_EQ(head.find("Content-Length"), std::string::npos);
    EXPECT_EQ(head.find("Transfer-Encoding"), std::string::npos) << "HTTP/1.0 knows none (RFC 9112 §6.1)";
    EXPECT_EQ(socket.read_until("\n\n"), "retry: 1000\n\n");
    Socket newer{server().port()};
    EXPECT_NE(open_chunked(newer).find("\r\nTransfer-Encoding: chunked\r\n"), std::string::npos);
}

TEST_F(Sse, EachEventIsAChunk) {
    start({"--history", "2"});
    Socket socket{server().port()};
    open_chunked(socket);
    EXPECT_EQ(read_chunk(socket), "retry: 1000\n\n");
    publish("one");
    publish("two");
    for (const char* payload : {"one", "two"}) {
        const std::string event = read_chunk(socket);
        EXPECT_TRUE(event.starts_with("id: ")) << event;
        EXPECT_TRUE(event.ends_with("\"payload\":\"" + std::string{payload} + "\"}\n\n")) << event;
    }
    publish("three");
    Socket late{server().port()};
    open_chunked(late, "?after=0");
    read_chunk(late);
    const std::string gap = read_chunk(late);
    EXPECT_NE(gap.find("\nevent: gap\n"), std::string::npos) << gap;
    EXPECT_NE(read_chunk(late).find("\"payload\":\"two\""), std::string::npos);
}

TEST_F(Sse, EachEventOfSeveralTopicsIsAChunkToo) {
    start();
    Socket socket{server().port()};
    open_chunked(socket, "?topic=a&topic=b");
    read_chunk(socket);
    publish("x", "b");
    const std::string event = read_chunk(socket);
    EXPECT_TRUE(event.starts_with("id: ") && event.ends_with("\"payload\":\"x\"}\n\n")) << event;
    EXPECT_NE(event.find("-0,1\n"), std::string::npos) << event;
}

// So a client can tell a stream that the server ended from one that was cut.
TEST_F(Sse, OnlyAGracefulEndHasALastChunk) {
    start();
    Socket socket{server().port()};
    open_chunked(socket);
    read_chunk(socket);
    publish("last");
    read_chunk(socket);
    server().signal(15);
    bool ended = false;
    EXPECT_EQ(socket.read_to_end(&ended), "0\r\n\r\n");
    EXPECT_TRUE(ended);
}

TEST_F(Sse, AKilledServerSaysNoLastChunk) {
    start();
    Socket socket{server().port()};
    open_chunked(socket);
    read_chunk(socket);
    server().signal(9);
    EXPECT_EQ(socket.read_to_end(), "");
}

TEST_F(Sse, AnEventIsIdAndDataAndNothingElse) {
    start();
    Socket socket{server().port()};
    open(socket);
    socket.read_until("\n\n");
    publish("hello");
    const std::string event = socket.read_until("\n\n");
    EXPECT_TRUE(event.starts_with("id: ")) << event;
    EXPECT_NE(event.find("-1\ndata: {\"seq\":1,\"topic\":\"default\",\"due_ns\":"), std::string::npos)
        << event;
    EXPECT_TRUE(event.ends_with(",\"payload\":\"hello\"}\n\n")) << event;
}

TEST_F(Sse, LastEventIdWinsOverAfter) {
    start();
    publish_many(5);
    Socket socket{server().port()};
    open(socket, "?after=1", "Last-Event-ID: 4\r\n");
    const std::string begins = socket.read_until("data: ");
    EXPECT_TRUE(begins.starts_with("retry: 1000\n\nid: ") && begins.ends_with("-5\ndata: ")) << begins;
    Socket bad{server().port()};
    EXPECT_TRUE(open(bad, "?after=1", "Last-Event-ID: x\r\n").starts_with("HTTP/1.1 400 "));
}

// Of several topics each event says where to go on in all of them: some clients pass over an id without data.
TEST_F(Sse, EachEventOfSeveralTopicsHasTheCursorsOfAll) {
    start();
    publish_many(2, "a");
    publish_many(1, "b");
    Socket socket{server().port()};
    open(socket, "?topic=a&topic=b", "Last-Event-ID: 0\r\n");
    const std::string all = socket.read_until("\"topic\":\"b\"");
    for (const char* id : {"-1,0\ndata: {\"seq\":1,\"topic\":\"a\"", "-2,0\ndata: {\"seq\":2,\"topic\":\"a\"",
                           "-2,1\ndata: {\"seq\":1,\"topic\":\"b\""})
        EXPECT_NE(all.find(id), std::string::npos) << all;
    socket.read_until("\n\n");
    for (int i = 0; i < 100; ++i)
        publish(std::string(1000, 'x'), i % 2 == 0 ? "a" : "b");  // more than is copied at once
    EXPECT_NE(socket.read_until("-52,51\ndata: {\"seq\":51").find("-51,50\ndata: {\"seq\":50"),
              std::string::npos);
    EXPECT_TRUE(metric_reaches("pushbench_deliveries_total", 103));
}

TEST_F(Sse, HeartbeatsAreComments) {
    start({"--heartbeat", "100ms"});
    Socket socket{server().port()};
    open(socket);
    socket.read_until("\n\n");
    for (int i = 0; i < 3; ++i) EXPECT_EQ(socket.read_until("\n\n"), ":\n\n");
    publish("between");
    EXPECT_NE(socket.read_until("\n\n").find("-1\ndata: "), std::string::npos);
    socket.finish_sending();
    const std::size_t more = socket.read_to_end().size() / std::string_view{":\n\n"}.size();
    EXPECT_EQ(metric("pushbench_heartbeats_total"), 3 + more);
    Socket newer{server().port()};
    open_chunked(newer);
    read_chunk(newer);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(read_chunk(newer), ":\n\n");
}

// Its kernel acknowledges nothing: without a limit of its own TCP would try for 15 minutes.
TEST_F(Sse, AClientThatHasVanishedIsClosed) {
    for (const char* heartbeat : {"100ms", "0", "1h"}) {
        start({"--heartbeat", heartbeat, "--idle-timeout", "1s"});
        Socket socket{server().port()};
        open_chunked(socket);
        read_chunk(socket);
        socket.vanish();
        EXPECT_TRUE(metric_reaches("pushbench_connections", 0)) << heartbeat;
    }
}

TEST_F(Sse, AClientThatReadsLateIsNot) {
    start({"--heartbeat", "100ms", "--idle-timeout", "300ms"});
    Socket socket{server().port()};
    open_chunked(socket);
    read_chunk(socket);
    ASSERT_TRUE(eventually([&] { return metric("pushbench_heartbeats_total") >= 10; }));
    for (int i = 0; i < 10; ++i) EXPECT_EQ(read_chunk(socket), ":\n\n");
}

// While it took nothing, a long timer ran for it; silence is broken as before all the same.
TEST_F(Sse, HeartbeatsGoOnAfterAStall) {
    start({"--heartbeat", "100ms", "--idle-timeout", "1h"});
    Socket socket{server().port(), 4096};
    open_chunked(socket);
    read_chunk(socket);
    const std::string large(512 * 1024, 'x');
    for (int i = 0; i < 16; ++i) publish(large);
    const auto is_stalled = [&] { return metric("pushbench_deliveries_total") < 16; };
    ASSERT_TRUE(is_stalled());
    for (int events = 0; events < 16;) events += read_chunk(socket) != ":\n\n" ? 1 : 0;
    for (int i = 0; i < 3; ++i) EXPECT_EQ(read_chunk(socket), ":\n\n");
}

TEST_F(Sse, EndsWithTheResponse) {
    start();
    Socket socket{server().port()};
    open(socket);
    publish("last");
    socket.read_until("last\"}\n\n");
    server().signal(15);
    bool ended = false;
    EXPECT_EQ(socket.read_to_end(&ended), "");
    EXPECT_TRUE(ended);
}

TEST_F(Sse, AClientThatTalksIsIgnored) {
    start();
    Socket socket{server().port()};
    open(socket);
    for (int i = 0; i < 20; ++i) socket.send(std::string(10'000, 'x'));
    publish("still here");
    EXPECT_NE(socket.read_until("still here").find("-1\ndata: "), std::string::npos);
}

}  // namespace
}  // namespace pushbench::contract
