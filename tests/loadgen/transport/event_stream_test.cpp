// The parser of event streams against the text of the standard: each vector whole, cut at every byte, byte by
// byte.
#include <gmock/gmock.h>

#include "event_stream_vectors.hpp"
#include "loadgen/transport/limits.hpp"
#include "loadgen/transport/sse/parser.hpp"
#include "pieces.hpp"

namespace pushbench::loadgen {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::IsEmpty;

struct Events final : SseSink {
    void on_event(const SseEvent& event) override {
        all.push_back(std::string{event.type} + '|' + std::string{event.data} + '|' + std::string{event.id});
    }
    void on_retry_ms(std::uint32_t delay_ms) override { retries_ms.push_back(delay_ms); }

    std::vector<std::string> all;
    std::vector<std::uint32_t> retries_ms;
};

void expect_found(const EventStreamVector& vector) {
    for (const auto& pieces : all_cuts(vector.stream)) {
        SCOPED_TRACE(std::string{vector.says} + ", in " + std::to_string(pieces.size()) + " pieces" +
                     (pieces.size() == 2 ? ", cut at " + std::to_string(pieces.front().size()) : ""));
        SseParser parser;
        Events found;
        for (const std::string& piece : pieces) ASSERT_TRUE(parser.feed(piece, found));
        ASSERT_THAT(found.all, ElementsAreArray(vector.events));
        ASSERT_THAT(found.retries_ms, ElementsAreArray(vector.retries_ms));
        ASSERT_EQ(parser.last_event_id(), vector.last_event_id);
    }
}

TEST(EventStream, LinesAndFields) {
    for (const EventStreamVector& vector : vectors_of_lines_and_fields()) expect_found(vector);
}

TEST(EventStream, Events) {
    for (const EventStreamVector& vector : vectors_of_events()) expect_found(vector);
}

// What one vector leaves behind must not reach into the next, however the bytes come.
TEST(EventStream, AllVectorsOnOneConnection) {
    std::string stream;
    for (const EventStreamVector& vector : vectors_of_events())
        stream += vector.stream + "\n\nid:\n\n";  // ends what is open, forgets the ID
    std::vector<std::string> whole;
    for (const std::size_t piece_bytes : {stream.size(), std::size_t{1}, std::size_t{2}, std::size_t{7}}) {
        SseParser parser;
        Events found;
        for (std::size_t at = 0; at < stream.size(); at += piece_bytes)
            ASSERT_TRUE(parser.feed(stream.substr(at, piece_bytes), found));
        EXPECT_GT(found.all.size(), 30U);
        EXPECT_EQ(parser.last_event_id(), "");
        if (whole.empty()) whole = found.all;
        EXPECT_THAT(found.all, ElementsAreArray(whole));
    }
}

// Browsers keep the ID from connection to connection, until the new one says another.
TEST(EventStream, GoesOnWithTheIdOfTheConnectionBefore) {
    SseParser parser;
    Events found;
    parser.begin("41");
    EXPECT_TRUE(parser.feed(":\n\ndata: a\n\nid: 42\ndata: b\n", found));
    EXPECT_THAT(found.all, ElementsAre("|a|41"));
    EXPECT_EQ(parser.last_event_id(), "41");
    EXPECT_TRUE(parser.feed("\n", found));
    EXPECT_THAT(found.all, ElementsAre("|a|41", "|b|42"));
    EXPECT_EQ(parser.last_event_id(), "42");
}

TEST(EventStream, ALineWithoutAnEndIsGivenUp) {
    SseParser parser;
    Events found;
    const std::string piece(64 * 1024, 'a');
    ASSERT_TRUE(parser.feed("data: a\n\ndata:", found));
    std::size_t taken = 0;
    while (taken <= 2 * longest_message_bytes && parser.feed(piece, found)) taken += piece.size();
    EXPECT_LE(taken, longest_message_bytes);
    EXPECT_GT(taken, longest_message_bytes - 2 * piece.size());
    EXPECT_FALSE(parser.feed("\n\ndata: b\n\n", found));
    EXPECT_THAT(found.all, ElementsAre("|a|"));
}

TEST(EventStream, AnEventWithoutAnEndIsGivenUp) {
    SseParser parser;
    Events found;
    const std::string line = "data:" + std::string(4096, 'a') + "\n";
    std::size_t taken = 0;
    while (taken <= 2 * longest_message_bytes && parser.feed(line, found)) taken += line.size();
    EXPECT_LE(taken, longest_message_bytes + longest_message_bytes / 100);
    EXPECT_THAT(found.all, IsEmpty());
}

// A comment without an end is a line too, but comments one after the other are no event.
TEST(EventStream, CommentsMayGoOnForEver) {
    SseParser parser;
    Events found;
    const std::string comment = ":" + std::string(4095, ' ') + "\n";
    for (std::size_t taken = 0; taken < longest_message_bytes + 65536; taken += comment.size())
        ASSERT_TRUE(parser.feed(comment, found));
    ASSERT_TRUE(parser.feed("data: a\n\n", found));
    EXPECT_THAT(found.all, ElementsAre("|a|"));
}

}  // namespace
}  // namespace pushbench::loadgen
