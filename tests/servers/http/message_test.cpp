#include "http/message.hpp"

#include <gtest/gtest.h>

#include <regex>

namespace pushbench {
namespace {

TEST(HttpMessage, IsWrittenAsTheStandardSays) {
    EXPECT_EQ(serialize({200, "application/json", "{}", "X: y\r\n"}, "Vary: Origin\r\n", Persistence::keep),
              "HTTP/1.1 200 OK\r\n" + std::string{date_line()} +
                  "Vary: Origin\r\nX: y\r\nContent-Type: application/json\r\n"
                  "Content-Length: 2\r\nCache-Control: no-cache\r\n\r\n{}");
}

TEST(HttpMessage, SaysWhenTheConnectionEnds) {
    EXPECT_NE(serialize({}, {}, Persistence::close).find("Connection: close\r\n"), std::string::npos);
    EXPECT_EQ(serialize({}, {}, Persistence::keep).find("Connection"), std::string::npos);
}

TEST(HttpMessage, TellsHttp10ThatTheConnectionIsKept) {
    EXPECT_NE(serialize({}, {}, Persistence::keep_announced).find("Connection: keep-alive\r\n"),
              std::string::npos);
}

TEST(HttpMessage, TellsTheDateOfEachSecondAndDay) {
    constexpr std::time_t of_the_rfc = 784'111'777;  // RFC 9110 §5.6.7
    EXPECT_EQ(date_line_at(of_the_rfc), "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
    EXPECT_EQ(date_line_at(of_the_rfc + 1), "Date: Sun, 06 Nov 1994 08:49:38 GMT\r\n");
    EXPECT_EQ(date_line_at(of_the_rfc + 54'622), "Date: Sun, 06 Nov 1994 23:59:59 GMT\r\n");
    EXPECT_EQ(date_line_at(of_the_rfc + 54'623), "Date: Mon, 07 Nov 1994 00:00:00 GMT\r\n");
    EXPECT_EQ(date_line_at(of_the_rfc), "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
    EXPECT_EQ(date_line_at(951'782'400), "Date: Tue, 29 Feb 2000 00:00:00 GMT\r\n");
}

TEST(HttpMessage, HasTheDateOfTheStandard) {
    EXPECT_TRUE(std::regex_match(std::string{date_line()},
                                 std::regex{"Date: [A-Z][a-z]{2}, \\d\\d [A-Z][a-z]{2} \\d{4} "
                                            "\\d\\d:\\d\\d:\\d\\d GMT\r\n"}));
}

TEST(HttpMessage, Of204HasNeitherBodyNorLength) {
    EXPECT_EQ(serialize({204, {}, "lost", {}}, {}, Persistence::keep),
              "HTTP/1.1 204 No Content\r\n" + std::string{date_line()} + "Cache-Control: no-cache\r\n\r\n");
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
