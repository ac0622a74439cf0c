#include "loadgen/message/json.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "notify/notification.hpp"

namespace pushbench::loadgen {
namespace {

/// Every text in memory of its own, so that a sanitizer sees reading beyond it.
Find read(const std::string& text, Stamp& stamp) {
    static std::string scratch;
    return read_json(text, stamp, scratch);
}

std::string told(const std::string& text) {
    Stamp stamp;
    if (read(text, stamp) != Find::found) return "malformed";
    return std::string{stamp.topic} + ':' + std::to_string(stamp.seq) + ':' + std::to_string(stamp.due_ns) +
           ':' + std::to_string(stamp.sent_ns);
}

std::uint64_t epoch_of(const std::string& text) {
    Stamp stamp;
    EXPECT_EQ(read(text, stamp), Find::found) << text;
    return stamp.epoch;
}

TEST(JsonMessage, IsReadAsTheServersWriteIt) {
    EXPECT_EQ(told(to_json({17, "default", 123, 456, "hello"})), "default:17:123:456");
    for (const char* topic : {"default", "a\"b", "tøpic ☃", "back\\slash", "line\n", ""})
        for (const char* payload : {"", "\"}", "\\", "{\"seq\":9}", "ünï"})
            EXPECT_EQ(told(to_json({1, topic, -5, INT64_MAX, payload})),
                      std::string{topic} + ":1:-5:9223372036854775807");
}

TEST(JsonMessage, TheOrderOfKeysDoesNotMatter) {
    std::string parts[] = {R"("seq":3)", R"("topic":"t")", R"("due_ns":1)", R"("sent_ns":2)",
                           R"("payload":"x")"};
    std::sort(std::begin(parts), std::end(parts));
    do {
        std::string text = "{";
        for (const std::string& part : parts) text += (text.size() == 1 ? "" : ",") + part;
        EXPECT_EQ(told(text + "}"), "t:3:1:2") << text;
    } while (std::next_permutation(std::begin(parts), std::end(parts)));
}

TEST(JsonMessage, MoreKeysAndSpaceDoNotMatter) {
    EXPECT_EQ(told(R"( { "x" : [ {"seq":9} , 1.5e300 , null, "\u0000" ] , "payload" : "p", "sent_ns":-4,)"
                   R"("seqs":7,"payloads":8,"due_ns":-3,"topic":"\u0074","seq":2} )"),
              "t:2:-3:-4");
}

TEST(JsonMessage, AnEpochIsTextOrANumber) {
    const auto with = [](const std::string& epoch) {
        return R"({"seq":1,"topic":"t","due_ns":1,"sent_ns":2,)" + epoch + R"("payload":""})";
    };
    const auto otherwise = [](const std::string& epoch) {
        return "{" + epoch + R"("payload":"","seq":1,"topic":"t","due_ns":1,"sent_ns":2})";
    };
    EXPECT_EQ(epoch_of(with("")), 0U);
    for (const char* epoch : {R"("epoch":"a1",)", R"("epoch":7,)", R"("epoch":-7,)", R"("epoch":"",)"}) {
        EXPECT_NE(epoch_of(with(epoch)), 0U) << epoch;
        EXPECT_EQ(epoch_of(with(epoch)), epoch_of(otherwise(epoch))) << epoch << ", whichever way it is read";
    }
    EXPECT_EQ(epoch_of(otherwise(R"("epoch":"\u00611",)")), epoch_of(with(R"("epoch":"a1",)")));
    EXPECT_NE(epoch_of(with(R"("epoch":"a1",)")), epoch_of(with(R"("epoch":"a2",)")));
    EXPECT_EQ(epoch_of(otherwise(R"("epoch":null,)")), 0U);
    EXPECT_EQ(epoch_of(otherwise(R"("epoch":18446744073709551615,)")),
              epoch_of(otherwise(R"("epoch":"18446744073709551615",)")));
}

TEST(JsonMessage, WhatIsNoneIsMalformed) {
    for (const char* text :
         {"",
          " ",
          "null",
          "17",
          "\"seq\"",
          "[]",
          "{}",
          "{",
          "nonsense",
          R"({"seq":17,"topic":"t","due_ns":1,"sent_ns":2})",
          R"({"seq":0,"topic":"t","due_ns":1,"sent_ns":2,"payload":""})",
          R"({"seq":-1,"topic":"t","due_ns":1,"sent_ns":2,"payload":""})",
          R"({"seq":1.5,"topic":"t","due_ns":1,"sent_ns":2,"payload":""})",
          R"({"seq":"1","topic":"t","due_ns":1,"sent_ns":2,"payload":""})",
          R"({"seq":[1],"topic":"t","due_ns":1,"sent_ns":2,"payload":""})",
          R"({"seq":1,"topic":7,"due_ns":1,"sent_ns":2,"payload":""})",
          R"({"seq":1,"topic":"t","due_ns":"1","sent_ns":2,"payload":""})",
          R"({"seq":1,"topic":"t","due_ns":1e3,"sent_ns":2,"payload":""})",
          R"({"topic":"t","seq":1,"due_ns":1,"sent_ns":2,"payload":null})",
          R"({"topic":"t","seq":1,"due_ns":1,"sent_ns":2,"payload":{"a":1}})",
          R"({"topic":"t","seq":1,"due_ns":1,"sent_ns":2,"payload":""} x)",
          R"({"seq":1,"topic":"t","due_ns":9223372036854775808,"sent_ns":2,"payload":""})",
          R"({"seq":1,"topic":"t","due_ns":99999999999999999999,"sent_ns":2,"payload":""})",
          R"({"seq":18446744073709551616,"topic":"t","due_ns":1,"sent_ns":2,"payload":""})",
          R"([{"seq":1,"topic":"t","due_ns":1,"sent_ns":2,"payload":""}])",
          R"({"in":{"seq":1,"topic":"t","due_ns":1,"sent_ns":2,"payload":""}})",
          R"({"gap":{"topic":"default","after":3,"first":10}})"})
        EXPECT_EQ(told(text), "malformed") << text;
    EXPECT_EQ(told(std::string(100'000, '[')), "malformed");
}

// Where the order is the servers' own the payload is not looked at, so a cut within it is not seen; all else
// is.
TEST(JsonMessage, SurvivesEveryCut) {
    const std::string ours = to_json({17, "default", 123, 456, "hello"});
    for (std::size_t size = 0; size < ours.find("\"hello"); ++size)
        EXPECT_EQ(told(ours.substr(0, size)), "malformed") << size;
    const std::string other =
        R"({"topic":"a\u0062","payload":"x","seq":17,"epoch":"e","due_ns":1,"sent_ns":2})";
    EXPECT_EQ(told(other), "ab:17:1:2");
    for (std::size_t size = 0; size < other.size(); ++size)
        EXPECT_EQ(told(other.substr(0, size)), "malformed") << size;
}

}  // namespace
}  // namespace pushbench::loadgen
