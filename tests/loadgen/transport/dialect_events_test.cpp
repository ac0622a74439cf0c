// Dialects of SSE that no server here can speak: what is asked, and what counts, as their documentation gives
// it.
#include <gmock/gmock.h>

#include "loadgen/dialects/compose.hpp"
#include "loadgen/dialects/load.hpp"
#include "loadgen/recording_receiver.hpp"
#include "loadgen/transport/sse/client.hpp"

namespace pushbench::loadgen {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// A client of a shipped dialect, and the events that a server sends it.
class Events {
 public:
    Events(const std::string& dialect, std::string topic, std::string token, const std::string& cursor = "")
        : topic_{std::move(topic)}, token_{std::move(token)} {
        SpeechOptions options;
        options.transport = "sse";
        speech_ = compose_speech(load_dialect(dialect), options);
        target_.authority = "hub:80";
        client_ = make_sse_client(speech_);
        client_->request({target_, topic_, topic_, cursor, 7, token_, {}}, request);
        hears("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
    }
    void hears(const std::string& bytes) {
        std::string said;
        client_->received(bytes, seen, said);
        EXPECT_EQ(said, "");
    }
    [[nodiscard]] std::string_view cursor() const { return client_->cursor(); }

    std::string request;
    RecordingReceiver seen;

 private:
    std::string topic_;
    std::string token_;
    Speech speech_;
    Target target_;
    std::unique_ptr<Protocol> client_;
};

// https://mercure.rocks/spec, §2 (subscription) and §3 (publication)
TEST(DialectEvents, Mercure) {
    Events hub{"mercure", "https://example.com/books/{id}", "jwt", "urn:uuid:5e94c686"};
    EXPECT_THAT(
        hub.request,
        testing::StartsWith(
            "GET /.well-known/mercure?topic=https%3A%2F%2Fexample.com%2Fbooks%2F%7Bid%7D HTTP/1.1\r\n"));
    EXPECT_THAT(hub.request, HasSubstr("\r\nAuthorization: Bearer jwt\r\n"));
    EXPECT_THAT(hub.request, HasSubstr("\r\nLast-Event-ID: urn:uuid:5e94c686\r\n"));
    EXPECT_EQ(hub.seen.ready, 1);
    hub.hears(":\n\n");  // the hub's heartbeat
    hub.hears(
        "id: urn:uuid:1\ndata: pb1:books:1:2:3;\n\nevent: review\nid: urn:uuid:2\ndata: a\ndata: b\n\n");
    EXPECT_THAT(hub.seen.messages, ElementsAre("pb1:books:1:2:3;", "a\nb")) << "an update may have a type";
    EXPECT_EQ(hub.cursor(), "urn:uuid:2");
    EXPECT_THAT(Events("mercure", "t", "").request, Not(HasSubstr("Authorization")));
}

// https://centrifugal.dev/docs/transports/uni_sse
TEST(DialectEvents, Centrifugo) {
    Events server{"centrifugo", R"(new"s)", "jwt"};
    EXPECT_THAT(
        server.request,
        testing::StartsWith("GET /connection/uni_sse?cf_connect=%7B%22token%22%3A%22jwt%22%2C%22subs%22%3A"
                            "%7B%22new%5C%22s%22%3A%7B%7D%7D%7D HTTP/1.1\r\n"));
    server.hears("data: {\"connect\":{\"client\":\"c\",\"version\":\"5\",\"ping\":25}}\n\n");
    server.hears("data: {}\n\n");  // its ping
    EXPECT_THAT(server.seen.messages, IsEmpty());
    server.hears("data: {\"channel\":\"news\",\"pub\":{\"data\":{\"text\":\"x\"}}}\n\n");
    EXPECT_THAT(server.seen.messages, ElementsAre(R"({"channel":"news","pub":{"data":{"text":"x"}}})"));
}

}  // namespace
}  // namespace pushbench::loadgen
