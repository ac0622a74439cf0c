#include "loadgen/report/openmetrics.hpp"

#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <set>
#include <sstream>

#include "good_result.hpp"
#include "loadgen/report/report.hpp"

namespace pushbench::loadgen {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

std::string metrics_of(const Result& r) {
    return to_openmetrics(to_json(r));
}

TEST(OpenMetrics, HasEachFigureInBaseUnits) {
    Result r = good_result();
    r.server.times = ProcessTimes{};
    r.server.times->cpu_ns = 1'000'000'000;
    r.rules = judge(r);
    const std::string text = metrics_of(r);
    EXPECT_THAT(text, HasSubstr("# TYPE pushbench_server_cpu_per_delivery_seconds gauge\n"
                                "# UNIT pushbench_server_cpu_per_delivery_seconds seconds\n"
                                "# HELP pushbench_server_cpu_per_delivery_seconds The server"));
    EXPECT_THAT(text, HasSubstr("pushbench_server_cpu_per_delivery_seconds{transport=\"sse\"} 0.0001\n"));
    EXPECT_THAT(text, HasSubstr("# TYPE pushbench_lost gauge\n# HELP pushbench_lost expected and never seen\n"
                                "pushbench_lost{transport=\"sse\"} 0\n"));
    EXPECT_THAT(text, HasSubstr("pushbench_latency_overflow{transport=\"sse\"} 0\n"));
    EXPECT_THAT(text, HasSubstr("pushbench_awake_seconds{transport=\"sse\"} 3e-05\n"));
    EXPECT_THAT(text, HasSubstr("pushbench_valid{transport=\"sse\"} 1\n"));
    EXPECT_THAT(text, EndsWith("\n# EOF\n"));
}

TEST(OpenMetrics, HasPercentilesAsSummaries) {
    const std::string text = metrics_of(good_result());
    EXPECT_THAT(text, HasSubstr("# TYPE pushbench_latency_seconds summary\n"));
    EXPECT_THAT(text, HasSubstr("pushbench_latency_seconds{transport=\"sse\",quantile=\"0.5\"} 0.002"));
    EXPECT_THAT(text, HasSubstr("pushbench_latency_seconds_count{transport=\"sse\"} 10000\n"
                                "pushbench_latency_seconds_sum{transport=\"sse\"} 20\n"));
    EXPECT_THAT(text, HasSubstr("pushbench_latency_max_seconds{transport=\"sse\"} 0.002\n"));
}

TEST(OpenMetrics, SaysNothingOfWhatIsNotKnown) {
    const std::string text = metrics_of(good_result());
    EXPECT_THAT(text, Not(HasSubstr("pushbench_response")));
    EXPECT_THAT(text, Not(HasSubstr("pushbench_server_pss")));
    EXPECT_THAT(text, Not(HasSubstr("nan")));
}

TEST(OpenMetrics, TellsVerdictsByLabelsThatAreEscaped) {
    boost::json::object result = to_json(good_result());
    result["thresholds"] =
        boost::json::array{boost::json::object{{"fail_if", "a\"b\\c>1"}, {"verdict", "held"}},
                           boost::json::object{{"fail_if", "lost>0"}, {"verdict", "failed"}},
                           boost::json::object{{"fail_if", "lost>0"}, {"verdict", "failed"}}};
    const std::string text = to_openmetrics(result);
    EXPECT_THAT(text, HasSubstr(R"(pushbench_threshold_held{transport="sse",fail_if="a\"b\\c>1"} 1)"));
    EXPECT_THAT(text, HasSubstr(R"(fail_if="lost>0"} 0)"));
}

/// A family stands in one piece and once, each sample once, and a unit is the end of its name.
TEST(OpenMetrics, KeepsItsGrammar) {
    Result r = good_result();
    r.rules = judge(r);
    std::istringstream lines{metrics_of(r)};
    std::set<std::string> families;
    std::set<std::string> samples;
    std::string family;
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words{line};
        std::string hash, kind, name, rest;
        words >> hash >> kind >> name >> rest;
        if (kind == "TYPE") {
            EXPECT_TRUE(families.insert(name).second) << line;
            family = name;
        } else if (kind == "UNIT") {
            EXPECT_THAT(name, EndsWith("_" + rest));
        } else if (hash != "#") {
            EXPECT_THAT(line, testing::StartsWith(family));
            EXPECT_TRUE(samples.insert(line.substr(0, line.rfind(' '))).second) << line;
        }
    }
    EXPECT_GT(families.size(), 30U);
}

}  // namespace
}  // namespace pushbench::loadgen
