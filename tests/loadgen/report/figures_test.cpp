#include "loadgen/report/figures.hpp"

#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <set>

#include "good_result.hpp"
#include "loadgen/report/report.hpp"
#include "loadgen/report/units.hpp"

namespace pushbench::loadgen {
namespace {

namespace json = boost::json;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

TEST(Figures, AreThoseOfTheSchemaWithUnitAndMeaning) {
    const Figure* p99 = find_figure("latency_us.p99");
    ASSERT_NE(p99, nullptr);
    EXPECT_EQ(p99->short_name, "latency.p99");
    EXPECT_EQ(p99->unit, "us");
    EXPECT_THAT(p99->description, StartsWith("due to received"));
    EXPECT_THAT(p99->description, HasSubstr("99th percentile"));
    EXPECT_EQ(find_figure("fanout.last.p99"), find_figure("fanout_us.last.p99"));
    EXPECT_EQ(find_figure("response.p99.9"), find_figure("response_us.p999"));
    EXPECT_EQ(find_figure("server.cpu_per_delivery"), find_figure("server.cpu_us_per_delivery"));
    EXPECT_EQ(find_figure("rate_per_s")->short_name, "rate_per_s");
    EXPECT_EQ(find_figure("connect.per_s")->unit, "per_s");
    for (const char* none : {"", "latency", "seed", "server.pid", "transport", "histograms.latency"})
        EXPECT_EQ(find_figure(none), nullptr) << none;
}

TEST(Figures, HaveNamesOfTheirOwnAndUnitsThatAreKnown) {
    std::set<std::string> names;
    for (const Figure& figure : figures()) {
        EXPECT_TRUE(names.insert(figure.short_name).second) << figure.short_name;
        EXPECT_FALSE(figure.description.empty()) << figure.path;
        EXPECT_TRUE(unit_factor("", figure.unit)) << figure.path;
    }
    EXPECT_GT(names.size(), 100U);
}

TEST(Figures, AreNumbersOrNullInWhatIsWritten) {
    const json::value result = to_json(good_result());
    EXPECT_EQ(value_of(*find_figure("lost"), result), 0);
    EXPECT_EQ(value_of(*find_figure("latency.max"), result), 2'000);
    EXPECT_EQ(value_of(*find_figure("response.p99"), result), std::nullopt);
    EXPECT_EQ(value_of(*find_figure("server.pss"), result), std::nullopt);
}

TEST(Figures, ThatAreMisspeltHaveNearOnes) {
    EXPECT_THAT(near_figures("latency.p98"), Contains("latency.p99"));
    EXPECT_EQ(near_figures("latncy.p99")[0], "latency.p99");
    EXPECT_EQ(near_figures("losst")[0], "lost");
    EXPECT_THAT(near_figures("p99"), Contains(HasSubstr("p99")));
    EXPECT_EQ(near_figures("x").size(), 5U);
}

TEST(Units, ConvertWhatMeasuresTheSame) {
    EXPECT_EQ(unit_factor("ms", "us"), 1'000);
    EXPECT_EQ(unit_factor("µs", "us"), 1);
    EXPECT_EQ(unit_factor("s", "ms"), 1'000);
    EXPECT_EQ(unit_factor("KiB", "bytes"), 1'024);
    EXPECT_EQ(unit_factor("%", "ratio"), 0.01);
    EXPECT_EQ(unit_factor("", "count"), 1);
    EXPECT_EQ(unit_factor("%", "count"), std::nullopt);
    EXPECT_EQ(unit_factor("ms", "bytes"), std::nullopt);
    EXPECT_EQ(unit_factor("parsec", "us"), std::nullopt);
}

TEST(Units, AreToldAsPeopleReadThem) {
    EXPECT_EQ(format_value(63'200, "us"), "63.2 ms");
    EXPECT_EQ(format_value(2, "s"), "2.00 s");
    EXPECT_EQ(format_value(8'909, "bytes"), "8.70 KiB");
    EXPECT_EQ(format_value(0.125, "ratio"), "12.5 %");
    EXPECT_EQ(format_value(5, "count"), "5");
    EXPECT_EQ(format_value(1'500'000, "count"), "1,500,000");
}

}  // namespace
}  // namespace pushbench::loadgen
