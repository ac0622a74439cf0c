#include <gmock/gmock.h>

#include <boost/json.hpp>

#include "good_result.hpp"
#include "loadgen/report/report.hpp"

namespace pushbench::loadgen {
namespace {

namespace json = boost::json;
using testing::HasSubstr;
using testing::Not;

/// The value at a path such as "/server/heap/retained_bytes".
json::value at(const Result& r, const char* path) {
    return json::parse(to_json_text(r)).at_pointer(path);
}

double number(const Result& r, const char* path) {
    return at(r, path).to_number<double>();
}

TEST(ResultJson, HoldsTheFiguresAndNullWhereThereAreNone) {
    const Result r = good_result();
    EXPECT_EQ(number(r, "/schema_version"), 4);
    EXPECT_EQ(at(r, "/transport"), "sse");
    EXPECT_EQ(at(r, "/valid"), true);
    EXPECT_EQ(number(r, "/early_ledger_ends"), 0);
    for (const char* path : {"/poll_interval_ms",
                             "/response_us",
                             "/fanout_us",
                             "/histograms/response",
                             "/histograms/fanout",
                             "/server/pss_bytes",
                             "/server/user_us_per_delivery",
                             "/server/system_us_per_delivery",
                             "/server/cpu_us_per_notification",
                             "/server/forced_switches",
                             "/server/swapped_bytes",
                             "/server/heartbeats",
                             "/server/heap/used_bytes_per_connection",
                             "/server/heap/retained_bytes",
                             "/server/heap/retained_bytes_per_connection",
                             "/server/kernel_bytes_per_connection",
                             "/server/kernel/server_end/slab_bytes_per_connection",
                             "/server/kernel/client_end/socket_buffer_bytes_per_connection",
                             "/server/kernel/both_ends_bytes_per_connection",
                             "/server/wakeup_delay_p90_us",
                             "/machine/steal_share",
                             "/machine/clocksource",
                             "/machine/clock_drift_ppm",
                             "/machine/swapped_in_pages"})
        EXPECT_TRUE(at(r, path).is_null()) << path;
    EXPECT_THAT(to_json_text(r), Not(HasSubstr("nan")));
}

TEST(ResultJson, HoldsEveryRuleAndWhatItMadeOfTheTrial) {
    Result r = good_result();
    r.window.busiest_slice = 0.31;
    r.loadgen.wakeup_delay_p99_us = 250;
    r.rules = judge(r);
    EXPECT_EQ(at(r, "/valid"), true);
    EXPECT_EQ(at(r, "/invalid_because"), json::array{});
    EXPECT_THAT(json::serialize(at(r, "/marked_because")), testing::StartsWith(R"(["wakeup_delay: p99 250)"));
    const auto row = [&](std::string_view rule, std::string_view of) {
        const json::value rows = at(r, "/rules");
        for (const json::value& each : rows.as_array())
            if (each.at("rule").as_string() == rule && each.at("of").as_string() == of) return each;
        return json::value{};
    };
    EXPECT_EQ(row("generator_busy", ""), (json::value{{"rule", "generator_busy"},
                                                      {"of", ""},
                                                      {"value", 0.31},
                                                      {"limit", 0.8},
                                                      {"unit", "of 0.1 s"},
                                                      {"applies", true},
                                                      {"judged", true},
                                                      {"broken", false},
                                                      {"effect", "wrong"},
                                                      {"text", ""}}));
    EXPECT_EQ(row("wakeup_delay", "loadgen").at("broken"), true);
    EXPECT_EQ(row("wakeup_delay", "loadgen").at("effect"), "slow");
    EXPECT_TRUE(row("steal", "").at("value").is_null());
    EXPECT_EQ(row("steal", "").at("judged"), false);
    r.delivered = 9'999;
    r.rules = judge(r);
    EXPECT_EQ(at(r, "/valid"), false);
    EXPECT_EQ(at(r, "/invalid_because").as_array().size(), 1U);
}

TEST(ResultJson, HoldsWholeHistograms) {
    Result r = good_result();
    r.settings.transport = find_transport(transports(), "long-poll");
    r.has_fanout = true;
    r.recorded.fanout.last.record(2'000'000);
    r.recorded.response.record(900);
    r.recorded.response.record(5'000);
    r.recorded.response.record(5'100);
    EXPECT_EQ(at(r, "/histograms/unit"), "ns");
    EXPECT_EQ(at(r, "/histograms/latency"), (json::array{json::array{2'000'895, 10'000}}));
    EXPECT_EQ(at(r, "/histograms/response"), (json::array{json::array{1'023, 1}, json::array{5'119, 2}}));
    EXPECT_EQ(number(r, "/histograms/fanout/last/0/1"), 1);
    EXPECT_EQ(at(r, "/histograms/fanout/first"), json::array{});
    EXPECT_EQ(number(r, "/response_us/count"), 3);
    EXPECT_EQ(number(r, "/response_us/max"), 5.1);
    EXPECT_TRUE(at(r, "/response_us/p50").is_null());
}

TEST(ResultJson, DividesWhatTheServerCost) {
    Result r = good_result();
    r.server.times = ProcessTimes{};
    r.server.times->cpu_ns = 1'000'000'000;
    r.server.times->user_ns = 1'000'000;
    r.server.times->system_ns = 3'000'000;
    r.server.times->involuntary_switches = 500;
    r.server.meter_switches = 100.4;
    r.window.metrics = {{"pushbench_notifications_total", 100}, {"pushbench_heartbeats_total", 3}};
    r.window.busiest_thread_cores = 0.25;
    EXPECT_EQ(number(r, "/server/cpu_us_per_delivery"), 100);
    EXPECT_EQ(number(r, "/server/user_us_per_delivery"), 25);
    EXPECT_EQ(number(r, "/server/system_us_per_delivery"), 75);
    EXPECT_EQ(number(r, "/server/cpu_us_per_notification"), 10'000);
    EXPECT_EQ(number(r, "/server/forced_switches"), 400);
    EXPECT_EQ(number(r, "/server/heartbeats"), 3);
    EXPECT_EQ(number(r, "/loadgen/headroom"), 0.75);
    r.window.busiest_thread_cores = 1.01;
    EXPECT_EQ(number(r, "/loadgen/headroom"), 0);
}

/// So many connections, each 2,000 bytes of objects at either end, and what lies in all their buffers.
KernelMemory kernel(std::int64_t connections, std::int64_t server_bytes, std::int64_t client_bytes) {
    KernelMemory memory;
    memory.sizes = ObjectSizes{1'800, 1'900, 200};
    memory.ends = SocketEnds{{connections, 0, server_bytes}, {connections, 0, client_bytes}};
    memory.server_entries = memory.client_entries = connections;
    return memory;
}

TEST(ResultJson, TellsHeapAndKernelOfEachConnection) {
    Result r = good_result();
    r.heap_before = {1'000, 500};
    r.heap_after = {101'000, 20'500};
    r.kernel_before = kernel(0, 0, 0);
    r.kernel_after = kernel(100, 1'000, 3'000);
    EXPECT_EQ(number(r, "/server/heap/used_bytes_per_connection"), 1'000);
    EXPECT_EQ(number(r, "/server/heap/retained_bytes"), 20'500);
    EXPECT_EQ(number(r, "/server/heap/retained_bytes_per_connection"), 200);
    EXPECT_EQ(number(r, "/server/kernel/server_end/slab_bytes_per_connection"), 2'000);
    EXPECT_EQ(number(r, "/server/kernel/client_end/socket_buffer_bytes_per_connection"), 30);
    EXPECT_EQ(number(r, "/server/kernel_bytes_per_connection"), 2'010);
    EXPECT_EQ(number(r, "/server/kernel/both_ends_bytes_per_connection"), 4'040);
    EXPECT_EQ(at(r, "/server/kernel_memory_by"), "objects");
    r.kernel_after.sizes.reset();
    EXPECT_TRUE(at(r, "/server/kernel_bytes_per_connection").is_null());
    EXPECT_TRUE(at(r, "/server/kernel_memory_by").is_null());
}

TEST(ResultJson, HasNoFiguresOfAWindowThatNeverBegan) {
    Result r = good_result();
    r.window = {};
    for (const char* path :
         {"/requests", "/wire/bytes_in", "/wire/message_bytes", "/wire/segments_out", "/loadgen/headroom",
          "/loadgen/busiest_slice", "/loadgen/busiest_thread_cores", "/server/cpu_cores"})
        EXPECT_TRUE(at(r, path).is_null()) << path;
}

TEST(ResultJson, HasNoPollsOfAStreamAndNoSegmentsThatNobodyCounted) {
    Result r = good_result();
    EXPECT_TRUE(at(r, "/empty_polls").is_null());
    EXPECT_TRUE(at(r, "/skipped_polls").is_null());
    r.window.wire = {1'000, 100, 0, 0};
    EXPECT_EQ(number(r, "/wire/bytes_in"), 1'000);
    EXPECT_TRUE(at(r, "/wire/segments_in").is_null());
    EXPECT_TRUE(at(r, "/wire/segments_per_delivery").is_null());
    r.window.wire = {1'000, 100, 8, 4};
    r.window.counters.message_bytes = 900;
    EXPECT_EQ(number(r, "/wire/segments_in"), 8);
    EXPECT_EQ(number(r, "/wire/message_bytes"), 900);
    r.settings.transport = find_transport(transports(), "long-poll");
    EXPECT_EQ(number(r, "/empty_polls"), 0);
    EXPECT_TRUE(at(r, "/skipped_polls").is_null());
}

TEST(ResultJson, ListsTheProcessesOfAServerAndItsCgroup) {
    Result r = good_result();
    EXPECT_TRUE(at(r, "/server/pid").is_null());
    EXPECT_TRUE(at(r, "/server/cgroup").is_null());
    r.settings.server.pids = {7};
    r.server.members = {{7, "nginx", 500'000'000, 1'000}, {8, "nginx", 1'500'000'000, std::nullopt}};
    EXPECT_EQ(number(r, "/server/pid"), 7);
    EXPECT_EQ(number(r, "/server/processes/1/cpu_s"), 1.5);
    EXPECT_EQ(at(r, "/server/processes/1/name"), "nginx");
    EXPECT_TRUE(at(r, "/server/processes/1/pss_bytes").is_null());
    r.settings.server.cgroup = "/sys/fs/cgroup/x";
    EXPECT_EQ(at(r, "/server/cgroup/path"), "/sys/fs/cgroup/x");
    EXPECT_TRUE(at(r, "/server/cgroup/memory_bytes").is_null());
    r.kernel_after.cgroup = CgroupMemory{5'000, std::nullopt, 300, 40};
    EXPECT_EQ(number(r, "/server/cgroup/memory_bytes"), 5'000);
    EXPECT_TRUE(at(r, "/server/cgroup/anonymous_bytes").is_null());
    EXPECT_EQ(number(r, "/server/cgroup/slab_bytes"), 300);
}

TEST(ResultJson, TellsWhoRefusedAndWhatHandshakesTook) {
    Result r = good_result();
    EXPECT_TRUE(at(r, "/tls").is_null());
    r.totals.refused_5xx = 7;
    r.totals.protocol_errors = 2;
    r.totals.redirects = 3;
    r.totals.tls_handshakes = 100;
    r.totals.tls_resumptions = 40;
    for (int i = 0; i != 100; ++i) r.tls_times.record(1'500'000);
    EXPECT_EQ(number(r, "/refused/status_5xx"), 7);
    EXPECT_EQ(number(r, "/refused/status_4xx"), 0);
    EXPECT_EQ(number(r, "/refused/not_the_protocol"), 2);
    EXPECT_EQ(number(r, "/refused/redirects"), 3);
    EXPECT_EQ(number(r, "/tls/resumed"), 40);
    EXPECT_NEAR(number(r, "/tls/handshake_us/p50"), 1'500, 2);
}

TEST(ResultJson, TellsOfTheMachine) {
    Result r = good_result();
    r.machine = {1, 5, 0.005, 0, "tsc", "tsc", 10'000'000'000, -20'000};
    EXPECT_EQ(number(r, "/machine/steal_share"), 0.005);
    EXPECT_EQ(at(r, "/machine/clocksource"), "tsc");
    EXPECT_EQ(number(r, "/machine/clock_drift_ppm"), -2);
    EXPECT_EQ(number(r, "/machine/swapped_in_pages"), 0);
}

/// Nobody listens: no division by the number of who does, anywhere.
Result publisher_alone() {
    Result r;
    r.settings = good_result().settings;
    r.settings.connections = 0;
    r.published = 100;
    r.window.seconds = 10;
    r.window.metrics = {{"pushbench_notifications_total", 100}};
    r.server.times = ProcessTimes{};
    r.server.times->cpu_ns = 5'000'000;
    r.server.pss_before_bytes = r.server.pss_bytes = 1'000'000;
    r.heap_before = r.heap_after = {1'000, 500};
    r.kernel_before = r.kernel_after = kernel(0, 0, 0);
    return r;
}

TEST(ResultJson, TellsWhenItsWindowBegan) {
    Result r = good_result();
    r.window.began_ns = 123'456'789'012;
    EXPECT_EQ(number(r, "/window_began_ns"), 123'456'789'012);
}

TEST(ResultJson, OfAPublisherAloneIsWhatANotificationCosts) {
    const Result r = publisher_alone();
    EXPECT_EQ(number(r, "/server/cpu_us_per_notification"), 50);
    for (const char* path : {"/server/cpu_us_per_delivery", "/server/pss_bytes_per_connection",
                             "/server/heap/used_bytes_per_connection", "/server/kernel_bytes_per_connection",
                             "/requests_per_client_minute", "/wire/bytes_per_delivery"})
        EXPECT_TRUE(at(r, path).is_null()) << path;
}

Result shared_result() {
    Result r = good_result();
    RankReport first;
    first.host = "a";
    first.connections = 50;
    first.cpu_ns = 2'500'000'000;
    first.seconds = 10;
    RankReport second = first;
    second.rank = 1;
    second.host = "b";
    second.same_clock = second.times_count = false;
    second.ahead_ns = 12'000'000;
    second.bound_ns = 45'000;
    second.wrong = {"generator_busy: …"};
    r.ranks = {first, second};
    return r;
}

TEST(ResultJson, TellsOfEachRankWhereThereAreSeveral) {
    EXPECT_TRUE(at(good_result(), "/ranks").is_null());
    Result r = shared_result();
    EXPECT_EQ(number(r, "/ranks/0/cpu_cores"), 0.25);
    EXPECT_EQ(at(r, "/ranks/0/valid"), true);
    EXPECT_EQ(at(r, "/ranks/1/host"), "b");
    EXPECT_EQ(number(r, "/ranks/1/clock/ahead_us"), 12'000);
    EXPECT_EQ(number(r, "/ranks/1/clock/bound_us"), 45);
    EXPECT_EQ(at(r, "/ranks/1/clock/times_count"), false);
    EXPECT_EQ(at(r, "/ranks/1/valid"), false);
    r.ranks[1].lost = true;
    EXPECT_TRUE(at(r, "/ranks/1/delivered").is_null());
    EXPECT_TRUE(at(r, "/ranks/1/clock/times_count").is_null());
}

TEST(Summary, TellsOfRanksAndOfClocksThatAreNotKnownWellEnough) {
    const std::string text = to_summary(shared_result(), {});
    EXPECT_THAT(text, HasSubstr("ranks              2 on 2 hosts\n"));
    EXPECT_THAT(text,
                HasSubstr("of rank 1 (b) known to 45.0 us, too little: its latencies are not in the result"));
    EXPECT_THAT(to_summary(good_result(), {}), Not(HasSubstr("ranks")));
}

TEST(Summary, NamesWhatIsNotValid) {
    Result r = good_result();
    r.lost = 1;
    r.delivered = 9'999;
    r.loadgen.wakeup_delay_p99_us = 250;
    r.rules = judge(r);
    const std::string text = to_summary(r);
    EXPECT_THAT(text, HasSubstr("\n  NOT VALID          deliveries: 9999 of 10000"));
    EXPECT_THAT(text, HasSubstr("\n  slowed             wakeup_delay: p99 250 us"));
}

TEST(Summary, BeginsWithTheAnswer) {
    Result r = good_result();
    r.rules = judge(r);
    EXPECT_THAT(
        to_summary(r),
        testing::StartsWith("valid: latency p50 2.00 ms, at most 2.00 ms; 10,000 of 10,000 delivered\n"));
    r.loadgen.wakeup_delay_p99_us = 250;
    r.rules = judge(r);
    EXPECT_THAT(to_summary(r), testing::StartsWith("valid, but slowed: latency"));
    r.delivered = 9'999;
    r.rules = judge(r);
    EXPECT_THAT(to_summary(r), testing::StartsWith("NOT VALID: latency p50 2.00 ms"));
    r = publisher_alone();
    r.rules = judge(r);
    EXPECT_THAT(to_summary(r), HasSubstr("valid: 0 connections, nothing delivered\n"));
}

TEST(Summary, NeverSaysThatAConnectionTakesLessThanNothing) {
    Result r = good_result();
    r.server.times = ProcessTimes{};
    r.server.pss_before_bytes = 1'000'000;
    r.server.pss_bytes = 800'000;
    r.kernel_before = kernel(2, 0, 0);
    r.kernel_after = kernel(1, 0, 0);
    EXPECT_THAT(to_summary(r), Not(HasSubstr("a connection")));
    r.server.pss_bytes = 2'024'000;
    EXPECT_THAT(to_summary(r), HasSubstr("10.0 KiB a connection)"));
}

TEST(Summary, TellsWhoRefusedAndOfTls) {
    Result r = good_result();
    EXPECT_THAT(to_summary(r), Not(HasSubstr("refused")));
    EXPECT_THAT(to_summary(r), Not(HasSubstr("TLS")));
    r.totals.refused_4xx = 3;
    r.totals.refused_5xx = 1'200;
    r.totals.tls_handshakes = 100;
    EXPECT_THAT(to_summary(r), HasSubstr("\n  refused            3 with 4xx, 1,200 with 5xx\n"));
    EXPECT_THAT(to_summary(r), HasSubstr("\n  TLS                100 handshakes, 0 of them resumed\n"));
}

TEST(Summary, SaysWhatWouldTellALatency) {
    Result r = good_result();
    EXPECT_THAT(to_summary(r), Not(HasSubstr("not known")));
    r.recorded = {};
    EXPECT_THAT(to_summary(r), HasSubstr("\n  latency            not known: the messages carry no times."));
    r.window.counters.delivered = 0;
    EXPECT_THAT(to_summary(r), Not(HasSubstr("not known")));
}

TEST(Summary, TellsHowEachThresholdStands) {
    Result r = good_result();
    r.rules = judge(r);
    const std::vector<Threshold> thresholds = {parse_threshold("lost>0"), parse_threshold("delivered<20000")};
    const std::string text = to_summary(r, judge_thresholds(thresholds, to_json(r)));
    EXPECT_THAT(text, HasSubstr("\n  held               lost>0: 0\n"));
    EXPECT_THAT(text, HasSubstr("\n  FAILED             delivered<20000: 10,000, 10,000 under\n"));
}

TEST(Summary, TellsOfTheKernelsShareAndOfTheHeadroom) {
    Result r = good_result();
    r.server.times = r.loadgen.times = ProcessTimes{};
    r.kernel_before = kernel(0, 0, 0);
    r.kernel_after = kernel(100, 4'800, 0);
    r.window.busiest_thread_cores = 0.25;
    EXPECT_THAT(to_summary(r), HasSubstr("2.00 KiB a connection in the kernel"));
    EXPECT_THAT(to_summary(r), HasSubstr("75 % of its busiest thread left"));
}

TEST(Summary, OfAPublisherAloneDividesByNobody) {
    const std::string text = to_summary(publisher_alone());
    EXPECT_THAT(text, HasSubstr("50.0 us a notification"));
    EXPECT_THAT(text, Not(HasSubstr("a connection")));
    EXPECT_THAT(text, Not(HasSubstr("nan")));
    EXPECT_THAT(text, Not(HasSubstr("inf")));
}

}  // namespace
}  // namespace pushbench::loadgen
