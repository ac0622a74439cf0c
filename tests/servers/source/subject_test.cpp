#include "source/jetstream/subject.hpp"

#include <gtest/gtest.h>

#include <set>

namespace pushbench::jetstream {
namespace {

TEST(TokenTest, LettersDigitsAndAFewSignsStandForThemselves) {
    EXPECT_EQ(to_token("default"), "default");
    EXPECT_EQ(to_token("user-17_a:b/c@d+e=f,g~h"), "user-17_a:b/c@d+e=f,g~h");
}

TEST(TokenTest, AllElseIsEscaped) {
    EXPECT_EQ(to_token("a.b"), "a%2Eb");
    EXPECT_EQ(to_token("*"), "%2A");
    EXPECT_EQ(to_token(">"), "%3E");
    EXPECT_EQ(to_token("50 %"), "50%20%25");
    EXPECT_EQ(to_token("ü"), "%C3%BC");
    EXPECT_EQ(to_token(""), "%");
}

TEST(TokenTest, EveryNameComesBackAndHasATokenOfItsOwn) {
    std::set<std::string> tokens;
    for (int first = 0; first < 256; ++first) {
        for (const std::string& name :
             {std::string(1, static_cast<char>(first)), std::string{"a"} + static_cast<char>(first),
              std::string{"%"} + static_cast<char>(first)}) {
            const std::string token = to_token(name);
            EXPECT_EQ(token.find_first_of(". *>\t\r\n"), std::string::npos) << token;
            EXPECT_EQ(from_token(token), name);
            tokens.insert(token);
        }
    }
    EXPECT_EQ(tokens.size(), 3U * 256U);
    EXPECT_EQ(from_token(to_token("")), "");
}

TEST(TokenTest, WhatNoNameHasIsNone) {
    for (const char* bad : {"", "a.b", "a b", "%4", "%4g", "%41", "%2e", "a%", "%%", "*", "\xc3\xbc"})
        EXPECT_EQ(from_token(bad), std::nullopt) << bad;
}

TEST(SubjectTest, AStreamHasOneTokenBehindItsPrefix) {
    EXPECT_EQ(prefix_of("NEWS.*"), "NEWS");
    EXPECT_EQ(prefix_of("a.b.>"), "a.b");
    for (const char* bad : {"NEWS", "*", ">", ".*", "NEWS.*.x", "*.*", "a.*.>", ""})
        EXPECT_EQ(prefix_of(bad), std::nullopt) << bad;
}

TEST(SubjectTest, FindsTheToken) {
    EXPECT_EQ(token_behind("NEWS", "NEWS.default"), "default");
    for (const char* other : {"NEWS", "NEWS.", "NEWSX.default", "NEWS.a.b", "OLD.default"})
        EXPECT_EQ(token_behind("NEWS", other), std::nullopt) << other;
}

TEST(SubjectTest, KnowsWhatAPatternCaptures) {
    EXPECT_TRUE(captures("pushbench.>", "pushbench.NEWS.publish.t"));
    EXPECT_TRUE(captures("pushbench.NEWS.publish.*", "pushbench.NEWS.publish.t"));
    EXPECT_TRUE(captures("*.*.*.*", "pushbench.NEWS.publish.t"));
    EXPECT_FALSE(captures("NEWS.*", "pushbench.NEWS.publish.t"));
    EXPECT_FALSE(captures("pushbench.*", "pushbench.NEWS.publish.t"));
    EXPECT_FALSE(captures("pushbench.NEWS.publish.t.>", "pushbench.NEWS.publish.t"));
}

}  // namespace
}  // namespace pushbench::jetstream
