#include "loadgen/publish/route.hpp"

#include <gmock/gmock.h>

#include "loadgen/dialects/load.hpp"
#include "loadgen/publish/websocket_courier.hpp"
#include "loadgen/wire/failure.hpp"

namespace pushbench::loadgen {
namespace {

using testing::HasSubstr;

TemplateValues values() {
    TemplateValues v;
    v.topic = "a b";
    v.marker = "pb1:a%20b:1:2:3;";
    v.payload = "xyz";
    v.seq = "1";
    return v;
}

PublishVia via(const std::string& url) {
    PublishVia to;
    to.url = url;
    return to;
}

TEST(Route, ByItselfPostsMarkerAndPayload) {
    const Route route = plan_route(via("http://127.0.0.1:1/pub/{topic}?n={seq}"), {});
    EXPECT_EQ(route.shown, "POST http://127.0.0.1:1/pub/{topic}?n={seq}");
    EXPECT_EQ(route.path.with(values()), "/pub/a%20b?n=1");
    EXPECT_EQ(route.body.with(values()), "pb1:a%20b:1:2:3;xyz");
    EXPECT_EQ(route.content_type(), "text/plain; charset=utf-8");
}

TEST(Route, TakesWhatTheDialectSaysAndWhatTheCommandLineSaysInstead) {
    const Dialect dialect = load_dialect("centrifugo");
    RouteContext context;
    context.target = "wss://push.example.org/connection/websocket";
    context.dialect = &*dialect.publish;
    const Route by_dialect = plan_route({}, context);
    EXPECT_EQ(by_dialect.shown, "POST https://push.example.org/api/publish");
    EXPECT_THAT(by_dialect.body.with(values()), HasSubstr(R"("channel":"a b")"));
    PublishVia own = via("http://127.0.0.1:2/other");
    own.method = "PUT";
    own.body = "{seq}";
    own.headers = {"X-API-Key: k", "content-type: application/x"};
    const Route instead = plan_route(own, context);
    EXPECT_EQ(instead.shown, "PUT http://127.0.0.1:2/other");
    EXPECT_EQ(instead.body.with(values()), "1");
    ASSERT_EQ(instead.headers.size(), 2U);
    EXPECT_EQ(instead.headers[0].name, "X-API-Key");
    EXPECT_EQ(instead.headers[1].name, "content-type");
}

TEST(Route, AMessageOnTheWebSocketIsSentToTheTargetItself) {
    const Dialect dialect = load_dialect("nats");
    RouteContext context;
    context.target = "127.0.0.1:8080";
    context.dialect = &*dialect.publish;
    context.websocket = dialect.speech("websocket");
    const Route route = plan_route({}, context);
    EXPECT_TRUE(route.by_websocket());
    EXPECT_EQ(route.target.url.text(), "ws://127.0.0.1:8080");
    EXPECT_THAT(route.body.with(values()), HasSubstr("PUB a b 19\r\npb1:"));
}

std::string failure_of(const PublishVia& to) {
    try {
        (void)plan_route(to, {});
    } catch (const Failure& failure) {
        return failure.what();
    }
    return "no failure";
}

TEST(Route, SaysWhichOptionIsWrong) {
    EXPECT_THAT(failure_of({}), HasSubstr("--publish names no address"));
    EXPECT_THAT(failure_of(via("127.0.0.1:1")), HasSubstr("names no scheme"));
    EXPECT_THAT(failure_of(via("http://a/{cursor}")), HasSubstr("--publish '/{cursor}' names {cursor}"));
    PublishVia method = via("ws://127.0.0.1:1/");
    method.method = "POST";
    EXPECT_THAT(failure_of(method), HasSubstr("--publish-method 'POST' is for http and https"));
    PublishVia body = via("http://127.0.0.1:1/");
    body.body = "{foo}";
    EXPECT_THAT(failure_of(body), HasSubstr("--publish-body '{foo}' names {foo}"));
}

TEST(WebSocketCourier, IsReadyOnceTheHandshakeIsAnsweredAndSendsOneFrameANotification) {
    Route route = plan_route(via("ws://127.0.0.1:1/chat?room={topic}"), {});
    route.target.authority = "127.0.0.1:1";
    WebSocketCourier courier{route, 0, "a", ""};
    std::string out;
    courier.begin(out);
    EXPECT_FALSE(courier.ready());
    EXPECT_THAT(out, HasSubstr("GET /chat?room=a HTTP/1.1\r\n"));
    out.clear();
    const Heard refused = courier.received("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", out);
    EXPECT_TRUE(refused.over);
    EXPECT_THAT(refused.problem, HasSubstr("403 Forbidden"));
    EXPECT_FALSE(courier.ready());
    out.clear();
    courier.send(values(), out);
    ASSERT_EQ(out.size(), 6U + 19U);  // head, mask, marker and payload
    EXPECT_EQ(static_cast<unsigned char>(out[0]), 0x81);
}

}  // namespace
}  // namespace pushbench::loadgen
