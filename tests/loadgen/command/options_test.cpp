#include "loadgen/command/options.hpp"

#include <gmock/gmock.h>

#include "loadgen/transport/table.hpp"

namespace pushbench::loadgen {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

struct Parsed {
    std::optional<Options> options;
    int exit_code = 0;
    std::string out;
    std::string err;
};

Parsed parse(std::vector<const char*> arguments) {
    arguments.insert(arguments.begin(), "loadgen");
    Parsed parsed;
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    parsed.options =
        parse_options(static_cast<int>(arguments.size()), arguments.data(), transports(), parsed.exit_code);
    parsed.out = testing::internal::GetCapturedStdout();
    parsed.err = testing::internal::GetCapturedStderr();
    return parsed;
}

TEST(Options, ReadsAWholeCommandLine) {
    const auto parsed =
        parse({"--transport", "short-poll", "--admin", "127.0.0.1:1", "--connections", "20", "--rate", "0.5",
               "--duration", "1m", "--poll-interval", "250ms", "--cpus", "1,3", "--server-pid", "7"});
    ASSERT_TRUE(parsed.options) << parsed.err;
    EXPECT_EQ(parsed.options->trial.transport->name, "short-poll");
    EXPECT_EQ(parsed.options->trial.connections, 20U);
    EXPECT_EQ(parsed.options->trial.rate_per_s, 0.5);
    EXPECT_EQ(parsed.options->trial.duration, 1min);
    EXPECT_EQ(parsed.options->trial.poll_interval, 250ms);
    EXPECT_EQ(parsed.options->trial.poll_wait, 25s);
    EXPECT_THAT(parsed.options->trial.server.pids, ElementsAre(7));
    EXPECT_TRUE(parsed.options->trial.server.children);
}

TEST(Options, AServerMayBeSeveralProcessesOrACgroup) {
    const auto several = parse({"--transport", "sse", "--no-publish", "--server-pid", "7",
                                "--no-server-children", "--server-pid", "8"});
    ASSERT_TRUE(several.options) << several.err;
    EXPECT_THAT(several.options->trial.server.pids, ElementsAre(7, 8));
    EXPECT_FALSE(several.options->trial.server.children);
    const auto cgroup = parse({"--transport", "sse", "--no-publish", "--server-cgroup", "system.slice/x"});
    ASSERT_TRUE(cgroup.options) << cgroup.err;
    EXPECT_EQ(cgroup.options->trial.server.cgroup, "system.slice/x");
    EXPECT_TRUE(cgroup.options->trial.server.named());
}

TEST(Options, WhoOnlyListensMayKnowWhatIsToCome) {
    const auto parsed =
        parse({"--transport", "sse", "--no-publish", "--expect", "5", "--skip", "1", "--linger", "8s"});
    ASSERT_TRUE(parsed.options) << parsed.err;
    EXPECT_EQ(parsed.options->trial.expect, 5U);
    EXPECT_FALSE(parsed.options->trial.expects_silence);
    EXPECT_EQ(parsed.options->trial.skip, 1U);
    EXPECT_EQ(parsed.options->trial.linger, 8s);
}

TEST(Options, HelpAndVersionSucceed) {
    const auto help = parse({"--help"});
    EXPECT_FALSE(help.options);
    EXPECT_EQ(help.exit_code, 0);
    EXPECT_THAT(help.out, HasSubstr("--poll-interval"));
    EXPECT_THAT(parse({"--version"}).out, HasSubstr("loadgen "));
}

TEST(Options, WrongOnesGetOneLineThatSaysWhatIsRight) {
    const std::vector<std::pair<std::vector<const char*>, const char*>> cases = {
        {{"--transport", "carrier-pigeon"},
         "'carrier-pigeon' is not one of short-poll, long-poll, websocket, sse"},
        {{"--rate", "abc"}, "--rate: 'abc' is not a number from 0 to"},
        {{"--rate", "nan"}, "--rate: 'nan' is not a number"},
        {{"--connections", "-1"}, "--connections: '-1' is not a whole number from 0 to"},
        {{"--expect", "5"}, "--expect 5: is for --no-publish with one topic"},
        {{"--expect", "0"}, "--expect 0: is for --no-publish"},
        {{"--no-publish", "--skip", "1"}, "--skip 1: needs --expect"},
        {{"--no-publish", "--linger", "1s"}, "--linger: needs --expect"},
        {{"--connections", "0", "--no-publish"}, "--connections: '0' measures the publisher alone"},
        {{"--connections", "0", "--rate", "0"}, "--connections: '0' measures the publisher alone"},
        {{"--drain", "5"}, "--drain: '5' is not a duration"},
        {{"--connections", "5x"}, "--connections: '5x' is not"},
        {{"--duration", "10"}, "--duration: '10' is not a duration such as 10s, 250ms or 1m"},
        {{"--duration", "0s"}, "--duration: '0s' is not longer than nothing; give one such as 10s"},
        {{"--poll-wait", "0s"}, "--poll-wait: '0s' is not longer than nothing"},
        {{"--poll-wait", "10us"}, "--poll-wait: is 1ms at least"},
        {{"--cpus", "x"}, "--cpus: 'x' is not a list of CPUs"},
        {{"--server-pid", "-4"}, "--server-pid: '-4' is not a process number"},
        {{"--arrival", "bursty"}, "'bursty' is not constant or poisson"},
        {{"--topics", "2000"}, "2000 topics for 1000 --connections"},
        {{"--rate", "0.01"}, "publishes nothing within --duration"},
        {{"--no-such-option"}, "--no-such-option"},
        {{"--fail-if", "latncy.p99>50ms"},
         "--fail-if: 'latncy.p99>50ms' names no figure of the result; near are"},
    };
    for (const auto& [wrong, said] : cases) {
        std::vector<const char*> arguments = {"--admin", "127.0.0.1:1"};
        if (std::string{wrong[0]} != "--transport") arguments.insert(arguments.end(), {"--transport", "sse"});
        arguments.insert(arguments.end(), wrong.begin(), wrong.end());
        const auto parsed = parse(arguments);
        EXPECT_FALSE(parsed.options);
        EXPECT_EQ(parsed.exit_code, 2) << said;
        EXPECT_THAT(parsed.err, HasSubstr(said));
        EXPECT_EQ(std::count(parsed.err.begin(), parsed.err.end(), '\n'), 1) << parsed.err;
    }
}

TEST(Options, WaitsFiveSecondsForWhatIsMissing) {
    EXPECT_EQ(parse({"--transport", "sse", "--no-publish"}).options->trial.drain, 5s);
    EXPECT_EQ(parse({"--transport", "sse", "--no-publish", "--drain", "250ms"}).options->trial.drain, 250ms);
    EXPECT_EQ(parse({"--transport", "sse", "--no-publish", "--drain", "0"}).options->trial.drain, 0s);
    EXPECT_THAT(parse({"--help"}).out, HasSubstr("--drain"));
}

TEST(Options, ThresholdsMayBeSeveral) {
    const auto parsed = parse({"--transport", "sse", "--no-publish", "--fail-if", "latency.p99>50ms",
                               "--fail-if", "lost>0", "--junit", "a.xml", "--metrics", "a.txt"});
    ASSERT_TRUE(parsed.options) << parsed.err;
    ASSERT_EQ(parsed.options->thresholds.size(), 2U);
    EXPECT_EQ(parsed.options->thresholds[0].limit, 50'000);
    EXPECT_EQ(parsed.options->thresholds[1].text, "lost>0");
    EXPECT_EQ(parsed.options->files.junit, "a.xml");
    EXPECT_EQ(parsed.options->files.metrics, "a.txt");
}

TEST(Options, ListsTheFiguresOfAResult) {
    const auto parsed = parse({"--list-figures"});
    EXPECT_FALSE(parsed.options);
    EXPECT_EQ(parsed.exit_code, 0);
    EXPECT_THAT(parsed.out, testing::ContainsRegex("latency.p99 +us +due to received"));
}

TEST(Options, NobodyNeedsToListen) {
    const auto parsed = parse({"--transport", "sse", "--admin", "127.0.0.1:1", "--connections", "0"});
    ASSERT_TRUE(parsed.options) << parsed.err;
    EXPECT_EQ(parsed.options->trial.connections, 0U);
}

TEST(Options, PublishingNeedsAnAdminPort) {
    EXPECT_THAT(parse({"--transport", "sse"}).err, HasSubstr("--admin"));
    EXPECT_TRUE(parse({"--transport", "sse", "--no-publish"}).options);
}

}  // namespace
}  // namespace pushbench::loadgen
