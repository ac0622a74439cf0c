#include "loadgen/report/hgrm.hpp"

#include <gmock/gmock.h>

#include <sstream>

namespace pushbench::loadgen {
namespace {

TEST(Hgrm, RisesToAllAndEndsWithTheFooter) {
    Histogram h;
    for (int i = 1; i <= 10'000; ++i) h.record(i * std::int64_t{10'000});
    std::istringstream lines{to_hgrm(h)};
    std::string line;
    std::getline(lines, line);
    EXPECT_THAT(line, testing::HasSubstr("Value     Percentile TotalCount 1/(1-Percentile)"));
    std::getline(lines, line);
    double last_value = -1;
    double last_percentile = -1;
    int rows = 0;
    while (std::getline(lines, line) && line[0] != '#') {
        std::istringstream fields{line};
        double value = 0;
        double percentile = 0;
        fields >> value >> percentile;
        EXPECT_GT(value, last_value);
        EXPECT_GT(percentile, last_percentile);
        last_value = value;
        last_percentile = percentile;
        ++rows;
    }
    EXPECT_DOUBLE_EQ(last_percentile, 1.0);
    EXPECT_NEAR(last_value, 100.0, 0.1);
    EXPECT_GT(rows, 30);
    EXPECT_THAT(line, testing::StartsWith("#[Mean    ="));
}

TEST(Hgrm, EndsForOneAndForNoSample) {
    Histogram h;
    EXPECT_THAT(to_hgrm(h), testing::HasSubstr("Total count    =            0"));
    h.record(5'000);
    EXPECT_THAT(to_hgrm(h), testing::HasSubstr("1.000000000000          1\n"));
}

}  // namespace
}  // namespace pushbench::loadgen
