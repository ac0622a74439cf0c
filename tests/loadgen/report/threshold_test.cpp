#include "loadgen/report/threshold.hpp"

#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <stdexcept>

#include "good_result.hpp"
#include "loadgen/report/report.hpp"

namespace pushbench::loadgen {
namespace {

namespace json = boost::json;
using testing::HasSubstr;

Judged judged(const char* threshold, const Result& r) {
    const std::vector<Threshold> one = {parse_threshold(threshold)};
    return judge_thresholds(one, to_json(r))[0];
}

/// The good one, with its rules judged, p99 of about 2 ms.
Result valid_result() {
    Result r = good_result();
    r.rules = judge(r);
    return r;
}

std::string complaint(const char* threshold) {
    try {
        (void)parse_threshold(threshold);
    } catch (const std::invalid_argument& why) {
        return why.what();
    }
    return "taken";
}

TEST(Threshold, ComparesInTheFiguresOwnUnit) {
    EXPECT_EQ(parse_threshold("latency.p99>50ms").limit, 50'000);
    EXPECT_EQ(parse_threshold(" latency_us.p99 >= 50 ").limit, 50);
    EXPECT_EQ(parse_threshold("latency.p99 > 1.5 s").limit, 1'500'000);
    EXPECT_EQ(parse_threshold("latency.p99!=0").limit, 0);
    EXPECT_EQ(parse_threshold("server.pss_per_connection>2KiB").limit, 2'048);
    EXPECT_DOUBLE_EQ(parse_threshold("loadgen.headroom<20%").limit, 0.2);
    EXPECT_DOUBLE_EQ(parse_threshold("loadgen.headroom<0.2").limit, 0.2);
    EXPECT_EQ(parse_threshold("poll_interval>1s").limit, 1'000);
    EXPECT_EQ(parse_threshold("lost>0").text, "lost>0");
}

TEST(Threshold, EachComparisonFailsWhereItIsSo) {
    const Result r = valid_result();  // 10,000 were delivered
    for (const char* so : {"delivered>9999", "delivered>=10000", "delivered<10001", "delivered<=10000",
                           "delivered==10000", "delivered!=9999"})
        EXPECT_EQ(judged(so, r).verdict, Verdict::failed) << so;
    for (const char* not_so : {"delivered>10000", "delivered>=10001", "delivered<10000", "delivered<=9999",
                               "delivered==9999", "delivered!=10000"})
        EXPECT_EQ(judged(not_so, r).verdict, Verdict::held) << not_so;
}

TEST(Threshold, SaysByHowMuch) {
    const Result r = valid_result();
    EXPECT_EQ(judged("latency.max>1.5ms", r).text, "latency.max>1.5ms: 2.00 ms, 500 us over");
    EXPECT_EQ(judged("latency.max>3ms", r).text, "latency.max>3ms: 2.00 ms, 1.00 ms under");
    EXPECT_EQ(judged("lost==0", r).text, "lost==0: 0");
}

TEST(Threshold, WithoutAValueIsNotJudged) {
    const Judged one = judged("response.p99>50ms", valid_result());
    EXPECT_EQ(one.verdict, Verdict::not_judged);
    EXPECT_EQ(one.text, "response.p99>50ms: cannot be judged, since the result has no response_us.p99");
    EXPECT_FALSE(all_held(std::vector<Judged>{one}));
}

TEST(Threshold, OfAPercentileOfTooFewSaysHowManyItTakes) {
    Result r = valid_result();
    r.recorded = Recorder{};
    Stamp stamp;
    for (stamp.seq = 1; stamp.seq <= 50; ++stamp.seq) r.recorded.record(stamp, 0, 1000);
    EXPECT_THAT(judged("latency.p99>50ms", r).text,
                testing::EndsWith("since the result has no latency_us.p99, which takes 1,000 notifications; "
                                  "raise --rate or --duration"));
}

TEST(Threshold, OfAnInvalidTrialFailsOrIsNotJudgedButNeverHolds) {
    Result r = good_result();
    r.lost = 1;
    r.delivered = 9'999;
    r.rules = judge(r);
    EXPECT_EQ(judged("lost>0", r).verdict, Verdict::failed);
    const Judged one = judged("latency.max>3ms", r);
    EXPECT_EQ(one.verdict, Verdict::not_judged);
    EXPECT_THAT(one.text,
                HasSubstr("not judged at 2.00 ms, since the trial is not valid: deliveries: 9999 of"));
}

TEST(Threshold, ThatIsNoneGetsOneLineThatSaysWhatIsRight) {
    EXPECT_THAT(complaint("latency.p99"), HasSubstr("'latency.p99' is not a figure, one of > >= <"));
    EXPECT_THAT(complaint("lost=0"), HasSubstr("is not a figure, one of"));
    EXPECT_THAT(complaint(""), HasSubstr("'' is not a figure"));
    EXPECT_THAT(complaint("latncy.p99>50ms"), HasSubstr("near are latency.p99"));
    EXPECT_THAT(complaint("latency.p99>50"), HasSubstr("does not say 50 of what: add ns, us, ms, s"));
    EXPECT_THAT(complaint("latency.p99>50KiB"), HasSubstr("gives latency.p99 in 'KiB'; it takes ns, us"));
    EXPECT_THAT(complaint("lost>1%"), HasSubstr("gives lost in '%'; it takes no unit"));
    EXPECT_THAT(complaint("lost>"), HasSubstr("compares with '', which is no number"));
    EXPECT_THAT(complaint("lost>nan"), HasSubstr("compares with 'nan'"));
    EXPECT_THAT(complaint("lost>0>1"), HasSubstr("in '>1'"));
    EXPECT_THAT(complaint("seed>1"), HasSubstr("names no figure"));
}

TEST(Threshold, IsWrittenWithItsVerdict) {
    const std::vector<Judged> all = {judged("lost>0", valid_result())};
    EXPECT_EQ(thresholds_json(all), (json::array{json::object{{"fail_if", "lost>0"},
                                                              {"figure", "lost"},
                                                              {"value", 0.0},
                                                              {"limit", 0.0},
                                                              {"unit", "count"},
                                                              {"verdict", "held"},
                                                              {"text", "lost>0: 0"}}}));
    EXPECT_TRUE(all_held(all));
    EXPECT_TRUE(all_held({}));
}

}  // namespace
}  // namespace pushbench::loadgen
