#include <gtest/gtest.h>

#include "admin/admin.hpp"

namespace pushbench {
namespace {

TEST(ScheduleJson, IsReadWithAllItsMembers) {
    std::string problem;
    const auto read = parse_schedule(
        R"({"rate":50.5,"payload_bytes":16,"arrival":"poisson","seed":18446744073709551615,"topics":3,)"
        R"("topic":"t","count":500})",
        problem);
    ASSERT_TRUE(read) << problem;
    EXPECT_EQ(read->rate_per_s, 50.5);
    EXPECT_EQ(read->payload_bytes, 16U);
    EXPECT_EQ(read->arrival, Arrival::poisson);
    EXPECT_EQ(read->seed, UINT64_MAX);
    EXPECT_EQ(read->topics, 3U);
    EXPECT_EQ(read->topic, "t");
    EXPECT_EQ(read->count, 500U);
}

TEST(ScheduleJson, NeedsOnlyTheRate) {
    std::string problem;
    const auto read = parse_schedule(R"({"rate":1})", problem);
    ASSERT_TRUE(read) << problem;
    EXPECT_EQ(read->arrival, Arrival::constant);
    EXPECT_EQ(read->topics, 1U);
    EXPECT_EQ(read->topic, "default");
    EXPECT_EQ(read->count, 0U) << "without end";
}

TEST(ScheduleJson, NamesTheBadValueAndTheRightOne) {
    const std::pair<const char*, const char*> wrong[] = {
        {R"({"rate":"fast"})", "rate is \"fast\", expected"},
        {R"({"rate":0})", "rate is 0, expected"},
        {R"({"rate":1e-300})", "expected a rate from 0.000001"},
        {R"({"rate":1e9})", "expected a rate"},
        {R"({"rate":1,"payload_bytes":1048577})", "payload_bytes is 1048577, expected 0 to 1048576"},
        {R"({"rate":1,"arrival":"never"})", "expected \"constant\" or \"poisson\""},
        {R"({"rate":1,"topics":0})", "topics is 0, expected 1 to"},
        {R"({"rate":1,"count":1.5})", "count is 1.5E0, expected"},
        {R"({"rate":1,"topic":"\u0000"})", "topic is"},
        {R"({"rate":1,"speed":2})", "unknown member 'speed', expected rate"},
        {R"({"count":2})", "rate is missing"},
        {R"([1])", "expected a JSON object"},
        {R"({"rate":1)", "expected a JSON object"}};
    for (const auto& [json, said] : wrong) {
        std::string problem;
        EXPECT_FALSE(parse_schedule(json, problem)) << json;
        EXPECT_NE(problem.find(said), std::string::npos) << json << ": " << problem;
    }
}

}  // namespace
}  // namespace pushbench
