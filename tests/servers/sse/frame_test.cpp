#include "sse/frame.hpp"

#include <gtest/gtest.h>

#include "servers/life.hpp"

namespace pushbench::sse {
namespace {

TEST(SseFrame, OfANotificationIsIdAndDataInOneChunk) {
    EXPECT_EQ(encode(Notification{17, "default", 1, 2, "x"}, kLife),
              "55\r\nid: life-17\ndata: "
              "{\"seq\":17,\"topic\":\"default\",\"due_ns\":1,\"sent_ns\":2,\"payload\":\"x\"}\n\n\r\n");
}

TEST(SseFrame, AChunkGivesItsDataBack) {
    EXPECT_EQ(encode_chunk("a\nb"), "3\r\na\nb\r\n");
    for (const std::size_t size : {1U, 15U, 16U, 255U, 256U, 65535U, 65536U, 1048576U}) {
        const std::string data(size, '\n');
        EXPECT_EQ(chunk_data(encode_chunk(data)), data);
    }
}

TEST(SseFrame, OfAGapHasTheCursorToGoOnFromAsItsId) {
    EXPECT_EQ(encode_gap(Gap{"t", 3, 10, "life-9"}),
              "id: life-9\nevent: gap\ndata: "
              "{\"gap\":{\"topic\":\"t\",\"after\":3,\"first\":10,\"cursor\":\"life-9\"}}\n\n");
}

TEST(SseFrame, IsGivenAnotherIdForAClientOfSeveralTopics) {
    EXPECT_EQ(with_id("id: life-17\ndata: id: x\n\n", "life-3,17"), "id: life-3,17\ndata: id: x\n\n");
}

TEST(SseFrame, BreaksDataAtEveryKindOfLineEnd) {
    EXPECT_EQ(encode_event({}, {}, "a\nb"), "data: a\ndata: b\n\n");
    EXPECT_EQ(encode_event({}, {}, "a\rb"), "data: a\ndata: b\n\n");
    EXPECT_EQ(encode_event({}, {}, "a\r\nb"), "data: a\ndata: b\n\n");
    EXPECT_EQ(encode_event({}, {}, "a\n\rb"), "data: a\ndata: \ndata: b\n\n");
    EXPECT_EQ(encode_event({}, {}, "\n"), "data: \ndata: \n\n");
    EXPECT_EQ(encode_event({}, {}, "a\r"), "data: a\ndata: \n\n");
    EXPECT_EQ(encode_event({}, {}, "a\r\n"), "data: a\ndata: \n\n");
    EXPECT_EQ(encode_event({}, {}, ""), "data: \n\n");
    EXPECT_EQ(encode_event({}, {}, " a:b "), "data:  a:b \n\n")
        << "one space is the format's, the other ours";
}

TEST(SseFrame, HasOnlyTheFieldsThatAreSet) {
    EXPECT_EQ(encode_event("7", "name", "x"), "id: 7\nevent: name\ndata: x\n\n");
}

TEST(SseFrame, TheConstantsFireNothing) {
    EXPECT_EQ(kHeartbeat.front(), ':');
    EXPECT_EQ(kRetry, "retry: 1000\n\n");
}

}  // namespace
}  // namespace pushbench::sse
