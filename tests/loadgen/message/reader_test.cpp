#include "loadgen/message/reader.hpp"

#include <gtest/gtest.h>

namespace pushbench::loadgen {
namespace {

TEST(MessageReader, KnowsItsKindsByName) {
    for (const MessageKind kind : {MessageKind::json, MessageKind::marker, MessageKind::opaque})
        EXPECT_EQ(message_kind(name_of(kind)), kind);
    EXPECT_FALSE(message_kind("JSON"));
    EXPECT_FALSE(message_kind(""));
}

TEST(MessageReader, JsonHasOneStampAMessage) {
    MessageReader reader{MessageKind::json};
    std::string_view rest = R"({"seq":3,"topic":"t","due_ns":1,"sent_ns":2,"payload":"pb1:t:4:1:2;"})";
    Stamp stamp;
    EXPECT_EQ(reader.next(rest, stamp), Find::found);
    EXPECT_EQ(stamp.seq, 3U);
    EXPECT_TRUE(rest.empty());
}

TEST(MessageReader, AMarkerIsFoundInOurJsonToo) {
    MessageReader reader{MessageKind::marker};
    std::string_view rest =
        R"({"seq":3,"topic":"t","due_ns":1,"sent_ns":2,"payload":"pb1:u:4:5:6;pb1:u:5:5:6;"})";
    Stamp stamp;
    ASSERT_EQ(reader.next(rest, stamp), Find::found);
    EXPECT_EQ(stamp.seq, 4U);
    ASSERT_EQ(reader.next(rest, stamp), Find::found);
    EXPECT_EQ(stamp.seq, 5U);
    EXPECT_EQ(reader.next(rest, stamp), Find::none);
}

TEST(MessageReader, OpaqueLooksIntoNothing) {
    MessageReader reader{MessageKind::opaque};
    std::string_view rest = "pb1:t:4:1:2;";
    Stamp stamp;
    EXPECT_EQ(reader.next(rest, stamp), Find::none);
}

TEST(Excerpt, IsShortAndPrintable) {
    EXPECT_EQ(excerpt(""), "");
    EXPECT_EQ(excerpt("event: tick"), "event: tick");
    EXPECT_EQ(excerpt("\x1f\x8b\x08gzip\n\xC3\xBC~"), "...gzip...~");
    EXPECT_EQ(excerpt(std::string(64, 'x')), std::string(64, 'x'));
    EXPECT_EQ(excerpt(std::string(65, 'x')), std::string(64, 'x') + "...");
}

}  // namespace
}  // namespace pushbench::loadgen
