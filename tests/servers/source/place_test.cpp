#include "source/jetstream/place.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "source/jetstream/stream_shape.hpp"

namespace pushbench::jetstream {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string problem_with(const std::string& text) {
    std::string problem;
    EXPECT_FALSE(parse_place(text, problem)) << text;
    return problem;
}

TEST(PlaceTest, IsServersAndAStream) {
    std::string problem;
    const auto place = parse_place("nats://127.0.0.1:4222/NEWS", problem);
    ASSERT_TRUE(place) << problem;
    EXPECT_THAT(place->servers, ElementsAre("nats://127.0.0.1:4222"));
    EXPECT_EQ(place->stream, "NEWS");
    EXPECT_FALSE(place->tls);
    const auto several = parse_place("tls://a.example:4222,[::1]:4223/my-news_2", problem);
    ASSERT_TRUE(several) << problem;
    EXPECT_THAT(several->servers, ElementsAre("tls://a.example:4222", "tls://[::1]:4223"));
    EXPECT_TRUE(several->tls);
}

TEST(PlaceTest, SaysWhatWouldBeRight) {
    for (const char* bad : {"", "4222", "http://h:1/S", "nats://", "nats://h/S", "nats://:1/S",
                            "nats://h:0/S", "nats://h:65536/S", "nats://h:1x/S", "nats://h:1,/S",
                            "nats://h:1", "nats://h:1/", "nats://h:1/a.b", "nats://h:1/a b", "nats://h:1/S/"})
        EXPECT_THAT(problem_with(bad), HasSubstr("expected nats://HOST:PORT/STREAM")) << bad;
}

TEST(PlaceTest, TakesNoSecret) {
    EXPECT_THAT(problem_with("nats://me:secret@h:1/S"), HasSubstr("--source-token-file"));
}

TEST(StreamShapeTest, IsOneSubjectForEachTopicThatIsKept) {
    EXPECT_EQ(problem_of("S", {.subjects = {"S.*"}}), "");
    EXPECT_EQ(problem_of("S", {.subjects = {"a.b.>"}}), "");
    EXPECT_THAT(problem_of("S", {.keeps_to_limits = false, .subjects = {"S.*"}}),
                HasSubstr("expected 'limits'"));
    EXPECT_THAT(problem_of("S", {.is_mirror = true, .subjects = {}}), HasSubstr("fed by other streams"));
    EXPECT_THAT(problem_of("S", {.is_sealed = true, .subjects = {"S.*"}}), HasSubstr("sealed"));
    EXPECT_THAT(problem_of("S", {.subjects = {"S.*", "T.*"}}), HasSubstr("2 subjects; expected one subject"));
    EXPECT_THAT(problem_of("S", {.subjects = {"S"}}),
                HasSubstr("the subject 'S'; expected one subject such as 'S.*'"));
    EXPECT_THAT(problem_of("S", {.subjects = {"pushbench.>"}}),
                HasSubstr("would store what is asked of servers"));
}

}  // namespace
}  // namespace pushbench::jetstream
