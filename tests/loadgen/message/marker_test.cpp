#include "loadgen/message/marker.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace pushbench::loadgen {
namespace {

std::string marker(std::string_view topic, std::uint64_t seq, std::int64_t due_ns = 123,
                   std::int64_t sent_ns = 456) {
    std::string text;
    append_marker(text, topic, seq, due_ns, sent_ns);
    return text;
}

/// All that a message is found to hold: "topic:seq:due:sent " for each stamp, then what ended the search.
std::string found_in(std::string_view message) {
    std::string all;
    std::string scratch;
    Stamp stamp;
    Find find = Find::none;
    while ((find = next_marker(message, stamp, scratch)) == Find::found)
        all += std::string{stamp.topic} + ':' + std::to_string(stamp.seq) + ':' +
               std::to_string(stamp.due_ns) + ':' + std::to_string(stamp.sent_ns) + ' ';
    EXPECT_TRUE(message.empty()) << "the search ends with nothing left";
    return all + (find == Find::none ? "none" : "malformed");
}

TEST(Marker, IsWrittenAsDocumented) {
    EXPECT_EQ(marker("default", 17), "pb1:default:17:123:456;");
    EXPECT_EQ(marker("a:b;c/\"\\ü", 1, -1, INT64_MAX),
              "pb1:a%3Ab%3Bc%2F%22%5C%C3%BC:1:-1:9223372036854775807;");
    EXPECT_EQ(marker("", 1), "pb1::1:123:456;");
}

TEST(Marker, IsFoundAnywhere) {
    for (const char* around :
         {"%", "x%", "%x", "pb%", "pb1%", "{\"text\":\"%\"}", "<p>%</p>", "%\n", "p%p"}) {
        const std::string text{around};
        const std::size_t at = text.find('%');
        const std::string message = text.substr(0, at) + marker("t", 7) + text.substr(at + 1);
        EXPECT_EQ(found_in(message), "t:7:123:456 none") << message;
    }
}

TEST(Marker, ComesBackWithAnyTopic) {
    for (const std::string topic : {"default", "a:b;c", "%", "%41", "100%;", "tøpic ☃", "a\"b\\", ""})
        EXPECT_EQ(found_in(marker(topic, 1)), topic + ":1:123:456 none");
}

// An envelope in an envelope, as SignalR and socket.io make them: JSON in a JSON string in a JSON string.
TEST(Marker, NeedsNoEscapeInsideJson) {
    std::string message = "note " + marker("\"a\\b\"\n", 3) + " \"end\"";
    for (int deep = 0; deep != 3; ++deep) {
        message = boost::json::serialize(boost::json::value{message});
        EXPECT_EQ(found_in(message), "\"a\\b\"\n:3:123:456 none") << message;
    }
}

TEST(Marker, SeveralInOneMessageAreAllFound) {
    EXPECT_EQ(found_in(marker("a", 1) + marker("b", 2) + ", and " + marker("a", 2)),
              "a:1:123:456 b:2:123:456 a:2:123:456 none");
}

TEST(Marker, NoneIsNoFault) {
    for (const char* text : {"", "p", "pb1", "hello", "pb2:t:1:2:3;", "PB1:t:1:2:3;"})
        EXPECT_EQ(found_in(text), "none") << text;
}

TEST(Marker, WhatOnlyLooksLikeOneIsToldAndPassedOver) {
    for (const char* text : {"pb1:",
                             "pb1:t",
                             "pb1:t:",
                             "pb1:t:0:1:2;",
                             "pb1:t:-1:1:2;",
                             "pb1:t:+1:1:2;",
                             "pb1:t: 1:1:2;",
                             "pb1:t:1:2:3",
                             "pb1:t:1:2:;",
                             "pb1:t:1::3;",
                             "pb1:t:1:2;",
                             "pb1:t:1.5:2:3;",
                             "pb1:a b:1:2:3;",
                             "pb1:a\"b:1:2:3;",
                             "pb1:%4:1:2:3;",
                             "pb1:%zz:1:2:3;",
                             "pb1:%:1:2:3;",
                             "pb1:t:1:2:3:4;",
                             "pb1:t:18446744073709551616:2:3;",
                             "pb1:t:1:9223372036854775808:3;",
                             "pb1:t:1:2:-9223372036854775809;",
                             "pb1:pb1:pb1:",
                             "pb1:pb1:1:2:",
                             "pb1:t:1:2:3\\u003b"}) {
        EXPECT_EQ(found_in(text), "malformed") << text;
        EXPECT_EQ(found_in(text + marker("t", 9)), "t:9:123:456 none") << text;
        EXPECT_EQ(found_in(marker("t", 9) + text), "t:9:123:456 malformed") << text;
    }
    EXPECT_EQ(found_in("pb1:pb1:1:2:3;"), "pb1:1:2:3 none") << "a topic may be called so";
}

TEST(Marker, OneThatWasCutIsNone) {
    const std::string whole = marker("a%b", 12345);
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const std::string cut = whole.substr(0, size);  // its own memory, so that a sanitizer sees its end
        EXPECT_EQ(found_in(cut), size < 4 ? "none" : "malformed") << cut;
        if (size > 0) {
            const std::string tail = whole.substr(size);
            EXPECT_EQ(found_in(tail), "none") << tail;
        }
    }
}

TEST(Marker, LimitsOfTheNumbers) {
    EXPECT_EQ(found_in(marker("t", UINT64_MAX, INT64_MIN, INT64_MAX)),
              "t:18446744073709551615:-9223372036854775808:9223372036854775807 none");
}

}  // namespace
}  // namespace pushbench::loadgen
