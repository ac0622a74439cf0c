#include "http/message.hpp"

#include <gtest/gtest.h>

namespace pushbench {
namespace {

TEST(HttpMessage, IsWrittenAsTheStandardSays) {
    EXPECT_EQ(serialize({200, "application/json", "{}", "X: y\r\n"}, "Vary: Origin\r\n", true),
              "HTTP/1.1 200 OK\r\nVary: Origin\r\nX: y\r\nContent-Type: application/json\r\n"
              "Content-Length: 2\r\nCache-Control: no-cache\r\n\r\n{}");
}

TEST(HttpMessage, SaysWhenTheConnectionEnds) {
    EXPECT_NE(serialize({}, {}, false).find("Connection: close\r\n"), std::string::npos);
    EXPECT_EQ(serialize({}, {}, true).find("Connection"), std::string::npos);
}

TEST(HttpMessage, Of204HasNeitherBodyNorLength) {
    EXPECT_EQ(serialize({204, {}, "lost", {}}, {}, true),
              "HTTP/1.1 204 No Content\r\nCache-Control: no-cache\r\n\r\n");
}

TEST(HttpMessage, StatusLinesHaveTheirReason) {
    EXPECT_EQ(status_line(431), "HTTP/1.1 431 Request Header Fields Too Large\r\n");
    EXPECT_EQ(status_line(503), "HTTP/1.1 503 Service Unavailable\r\n");
}

TEST(HttpMessage, OfOneLineStaysOneLine) {
    EXPECT_EQ(text_response(400, "bad 'a\r\nb\x7f'").body, "bad 'a??b?'\n");
    EXPECT_EQ(text_response(400, "ünïcödé").body, "ünïcödé\n");
}

}  // namespace
}  // namespace pushbench
