#include "loadgen/report/junit.hpp"

#include <gmock/gmock.h>

#include <boost/json.hpp>

#include "good_result.hpp"
#include "loadgen/report/report.hpp"

namespace pushbench::loadgen {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Junit, HasATestForEachThresholdAndEachRuleThatApplies) {
    Result r = good_result();
    r.lost = 1;
    r.delivered = 9'999;
    r.loadgen.wakeup_delay_p99_us = 250;
    r.rules = judge(r);
    const std::vector<Threshold> thresholds = {parse_threshold("lost>0"), parse_threshold("response.p99>1ms"),
                                               parse_threshold("published<100")};
    const std::string text = to_junit(r, judge_thresholds(thresholds, to_json(r)));
    EXPECT_THAT(text, testing::StartsWith("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites"));
    EXPECT_THAT(text,
                HasSubstr("<testsuite name=\"loadgen.thresholds\" tests=\"3\" failures=\"1\" errors=\"2\""));
    EXPECT_THAT(
        text, HasSubstr("name=\"lost&gt;0\" time=\"0\">\n      <failure message=\"lost&gt;0: 1, 1 over\"/>"));
    EXPECT_THAT(text, HasSubstr("<error message=\"response.p99&gt;1ms: cannot be judged"));
    EXPECT_THAT(text, HasSubstr("<testcase classname=\"loadgen.rules\" name=\"order\" time=\"0\"/>"));
    EXPECT_THAT(text, HasSubstr("<failure message=\"deliveries: 9999 of 10000"));
    EXPECT_THAT(
        text, HasSubstr("name=\"wakeup_delay of loadgen\" time=\"0\">\n      <system-out>wakeup_delay: p99"));
    EXPECT_THAT(text, HasSubstr("name=\"steal\" time=\"0\">\n      <skipped message=\"not judged"));
    EXPECT_THAT(text, Not(HasSubstr("littles_law")));  // a rule of polls, and this is no polling trial
}

TEST(Junit, HoldsWhatXmlCannot) {
    Result r = good_result();
    r.failure = "it said \"no\" & <left>\x01\n";
    r.rules = judge(r);
    const std::string text = to_junit(r, {});
    EXPECT_THAT(text, HasSubstr("it said &quot;no&quot; &amp; &lt;left&gt;  \"/>"));
}

}  // namespace
}  // namespace pushbench::loadgen
