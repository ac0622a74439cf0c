#include "http/origin.hpp"

#include <gtest/gtest.h>

namespace pushbench {
namespace {

const std::vector<std::string> kNoOrigins;
const std::vector<std::string> kListed{"https://a.example", "https://b.example:8443"};
const std::vector<std::string> kAll{"*"};

TEST(Origin, OfTheServerItselfIsAllowed) {
    EXPECT_TRUE(origin_allowed(kNoOrigins, "http://host:8080", "host:8080"));
    EXPECT_TRUE(origin_allowed(kNoOrigins, "https://host", "host")) << "a proxy may end the TLS";
    EXPECT_FALSE(origin_allowed(kNoOrigins, "http://host:8081", "host:8080"));
    EXPECT_FALSE(origin_allowed(kNoOrigins, "http://host.evil", "host"));
    EXPECT_FALSE(origin_allowed(kNoOrigins, "http://evilhost", "host"));
    EXPECT_FALSE(origin_allowed(kNoOrigins, "null", "null"));
    EXPECT_FALSE(origin_allowed(kNoOrigins, "http://", ""));
    EXPECT_FALSE(origin_allowed(kNoOrigins, "ftp://host", "host")) << "this server has served no such page";
    EXPECT_FALSE(origin_allowed(kNoOrigins, "chrome-extension://host", "host"));
}

TEST(Origin, IsComparedWithoutCaseAndWithTheDefaultPort) {
    EXPECT_TRUE(origin_allowed(kNoOrigins, "http://name.example", "Name.Example:80"));
    EXPECT_TRUE(origin_allowed(kNoOrigins, "https://name.example", "name.example:443"));
    EXPECT_TRUE(origin_allowed(kNoOrigins, "https://name.example:443", "name.example"));
    EXPECT_FALSE(origin_allowed(kNoOrigins, "http://name.example", "name.example:443"));
    EXPECT_TRUE(origin_allowed(kNoOrigins, "http://[::1]:8080", "[::1]:8080"));
}

TEST(Origin, IsNotAskedForWhereThereIsNone) {
    EXPECT_TRUE(origin_allowed(kNoOrigins, "", "host")) << "no browser";
}

TEST(Origin, IsComparedAsAWhole) {
    EXPECT_TRUE(origin_allowed(kListed, "https://a.example", "host"));
    EXPECT_TRUE(origin_allowed(kListed, "https://b.example:8443", "host"));
    EXPECT_FALSE(origin_allowed(kListed, "http://a.example", "host"));
    EXPECT_FALSE(origin_allowed(kListed, "https://a.example.evil", "host"));
    EXPECT_FALSE(origin_allowed(kListed, "https://b.example", "host"));
    EXPECT_TRUE(origin_allowed(kAll, "https://anyone.example", "host"));
}

TEST(Cors, SaysNothingWhereNothingIsAllowedOrAsked) {
    EXPECT_EQ(cors_headers(kNoOrigins, "https://a.example"), "");
    EXPECT_EQ(cors_headers(kListed, ""), "");
}

TEST(Cors, NamesAListedOriginAndKeepsCachesApart) {
    const std::string listed = cors_headers(kListed, "https://a.example");
    EXPECT_NE(listed.find("Access-Control-Allow-Origin: https://a.example\r\n"), std::string::npos);
    EXPECT_NE(listed.find("Vary: Origin\r\n"), std::string::npos);
    EXPECT_EQ(cors_headers(kListed, "https://c.example"), "Vary: Origin\r\n");
}

TEST(Cors, AStarNeverComesWithCredentials) {
    const std::string star = cors_headers(kAll, "https://a.example");
    EXPECT_NE(star.find("Access-Control-Allow-Origin: *\r\n"), std::string::npos);
    EXPECT_EQ(star.find("Credentials"), std::string::npos);
}

}  // namespace
}  // namespace pushbench
