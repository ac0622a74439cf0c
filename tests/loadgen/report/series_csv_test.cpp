#include "loadgen/report/series_csv.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace pushbench::loadgen {
namespace {

TEST(SeriesCsv, IsARowASliceAndEmptyWhereNothingIsKnown) {
    const auto result = boost::json::parse(R"({"lost": 0, "series": {"step_s": 1, "seconds": [1, 1.5],
        "delivered": [20, 30], "latency_p50_us": [2.25, null]}})");
    EXPECT_EQ(to_series_csv(result.as_object()),
              "seconds,delivered,latency_p50_us\r\n1,20,2.25\r\n1.5,30,\r\n");
}

TEST(SeriesCsv, HasNoRowsWithoutASeries) {
    EXPECT_EQ(to_series_csv({}), "\r\n");
    EXPECT_EQ(to_series_csv({{"series", nullptr}}), "\r\n");
}

}  // namespace
}  // namespace pushbench::loadgen
