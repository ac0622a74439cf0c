#include "http/authority.hpp"

#include <gtest/gtest.h>

namespace pushbench {
namespace {

const std::vector<std::string> kNoHosts;

TEST(Authority, IsTakenApart) {
    EXPECT_EQ(split_authority("host").host, "host");
    EXPECT_EQ(split_authority("host").port, "");
    EXPECT_EQ(split_authority("host:80").host, "host");
    EXPECT_EQ(split_authority("host:80").port, "80");
    EXPECT_EQ(split_authority("[::1]").host, "[::1]");
    EXPECT_EQ(split_authority("[::1]:80").host, "[::1]");
    EXPECT_EQ(split_authority("[::1]:80").port, "80");
}

TEST(Authority, IsAHostAndPerhapsAPort) {
    for (const char* right : {"a", "a.b-c:1", "127.0.0.1:65535", "[::1]", "[::ffff:1.2.3.4]:80", "a:", "%61"})
        EXPECT_TRUE(is_authority(right)) << right;
    for (const char* wrong : {"", ":80", "a b", "u@a", "a/b", "a:b", "a:123456", "a:1:2", "[]", "[::1", "::1",
                              "[g::]", "a\"", "a#", "a?", "[::1]x"})
        EXPECT_FALSE(is_authority(wrong)) << wrong;
}

TEST(ServedHost, IsAnAddressALocalNameOrAllowed) {
    for (const char* ours :
         {"127.0.0.1", "10.0.0.1:80", "[::1]:8080", "localhost", "LocalHost:9080", "db", "x:80"})
        EXPECT_TRUE(is_served_host(kNoHosts, ours)) << ours;
    for (const char* foreign :
         {"evil.example", "localhost.evil", "127.0.0.1.evil", "a.localhost", "1.2.3.4x", "evil."})
        EXPECT_FALSE(is_served_host(kNoHosts, foreign)) << foreign;
    EXPECT_TRUE(is_served_host({"push.example"}, "PUSH.example:443"));
    EXPECT_FALSE(is_served_host({"push.example"}, "a.push.example"));
    EXPECT_TRUE(is_served_host({"*"}, "any.example"));
}

}  // namespace
}  // namespace pushbench
