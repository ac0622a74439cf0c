#include "process/options.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "websocket/options.hpp"

namespace pushbench {
namespace {

ParsedOptions parse(std::vector<const char*> arguments,
                    const OptionTraits& traits = {"test_server", "For it."}) {
    arguments.insert(arguments.begin(), "test_server");
    return parse_options(static_cast<int>(arguments.size()), arguments.data(), traits);
}

/// What bad usage says. It must be one line, and exit code 2.
std::string refusal(const std::vector<const char*>& arguments,
                    const OptionTraits& traits = {"test_server", "For it."}) {
    ::testing::internal::CaptureStderr();
    const auto parsed = parse(arguments, traits);
    std::string said = ::testing::internal::GetCapturedStderr();
    EXPECT_EQ(parsed.exit_code, 2) << said;
    EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 1) << said;
    EXPECT_TRUE(said.starts_with("test_server: ")) << said;
    return said;
}

TEST(Options, HaveTheContractsDefaults) {
    const auto parsed = parse({});
    ASSERT_FALSE(parsed.exit_code);
    const ServerOptions& options = parsed.options;
    EXPECT_EQ(options.listen.host, "127.0.0.1");
    EXPECT_EQ(options.listen.port, 8080);
    EXPECT_EQ(options.admin.port, 9080);
    EXPECT_EQ(options.threads, 1U);
    EXPECT_EQ(options.history, 1024U);
    EXPECT_EQ(options.heartbeat_ns, 15'000'000'000);
    EXPECT_TRUE(options.allow_origin.empty());
    EXPECT_TRUE(options.cpus.empty());
}

TEST(Options, AreRead) {
    const auto parsed = parse({"--listen",
                               "[::1]:0",
                               "--admin=0.0.0.0:99",
                               "--threads",
                               "3",
                               "--history",
                               "7",
                               "--max-connections",
                               "11",
                               "--heartbeat",
                               "0",
                               "--idle-timeout",
                               "1.5m",
                               "--header-timeout",
                               "250ms",
                               "--allow-origin",
                               "*",
                               "--allow-origin",
                               "https://a.example",
                               "--cpus",
                               "0,2",
                               "--log-level",
                               "debug"});
    ASSERT_FALSE(parsed.exit_code);
    const ServerOptions& options = parsed.options;
    EXPECT_EQ(options.listen.host, "::1");
    EXPECT_EQ(options.listen.port, 0);
    EXPECT_EQ(options.admin.host, "0.0.0.0");
    EXPECT_EQ(options.threads, 3U);
    EXPECT_EQ(options.history, 7U);
    EXPECT_EQ(options.max_connections, 11U);
    EXPECT_EQ(options.heartbeat_ns, 0);
    EXPECT_EQ(options.idle_timeout_ns, 90'000'000'000);
    EXPECT_EQ(options.header_timeout_ns, 250'000'000);
    EXPECT_EQ(options.allow_origin, (std::vector<std::string>{"*", "https://a.example"}));
    EXPECT_EQ(options.cpus, (std::vector<int>{0, 2}));
    EXPECT_EQ(options.log_level, LogLevel::debug);
}

TEST(Options, NameTheBadValueAndTheRightOne) {
    EXPECT_NE(refusal({"--heartbeat", "soon"}).find("'soon' is not valid, expected a duration such as"),
              std::string::npos);
    EXPECT_NE(refusal({"--listen", "here"}).find("'here' is not valid, expected an address such as"),
              std::string::npos);
    EXPECT_NE(refusal({"--log-level", "loud"}).find("loud"), std::string::npos);
    EXPECT_NE(refusal({"--threads", "257"}).find("257"), std::string::npos);
    EXPECT_NE(refusal({"--history", "x"}).find("x"), std::string::npos);
    EXPECT_NE(refusal({"--cpus", "0,x"}).find("'0,x' is not valid, expected a list of CPUs"),
              std::string::npos);
    EXPECT_EQ(parse({"--cpus", "0-2,5"}).options.cpus, (std::vector<int>{0, 1, 2, 5}));
    EXPECT_NE(refusal({"--unknown"}).find("--unknown"), std::string::npos);
}

TEST(Options, OfOneTransportAreOnlyThere) {
    websocket::Options own;
    OptionTraits traits{"test_server", "For it."};
    traits.add = [&own](CLI::App& app) { websocket::add_options(app, own); };
    EXPECT_FALSE(parse({"--echo", "--framing", "beast"}, traits).exit_code);
    EXPECT_TRUE(own.framing_beast && own.echo);
    EXPECT_FALSE(parse({"--framing", "shared"}, traits).exit_code);
    EXPECT_FALSE(own.framing_beast);
    EXPECT_NE(refusal({"--framing", "square"}, traits).find("shared or beast"), std::string::npos);
    refusal({"--echo"});
    EXPECT_TRUE(parse({"--allow-publish"}).options.allow_publish) << "clients of each transport may";
}

TEST(Options, OfFaultsAreReadAndOffByDefault) {
    EXPECT_FALSE(parse({}).options.faults.any());
    const auto parsed = parse({"--fault-delay", "5ms", "--fault-drop", "8", "--fault-duplicate", "9",
                               "--fault-swap", "1000000000000"});
    ASSERT_FALSE(parsed.exit_code);
    EXPECT_EQ(parsed.options.faults.delay_ns, 5'000'000);
    EXPECT_EQ(parsed.options.faults.drop, 8U);
    EXPECT_EQ(parsed.options.faults.duplicate, 9U);
    EXPECT_EQ(parsed.options.faults.swap, 1'000'000'000'000U);
    for (const char* value : {"7", "0", "-8", "8.5", "8x", "", "18446744073709551616"})
        EXPECT_NE(refusal({"--fault-drop", value}).find("expected a whole number from 8"), std::string::npos)
            << value;
    EXPECT_NE(refusal({"--fault-delay", "long"}).find("'long'"), std::string::npos);
}

TEST(Address, IsAnIpAddressAndAPort) {
    EXPECT_EQ(parse_address("localhost:80")->host, "127.0.0.1");
    EXPECT_EQ(parse_address("[::]:65535")->port, 65535);
    for (const char* text :
         {"", ":", ":80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:80x",
          "::1:80", "[::1]", "[]:80", "[:80", "host.example:80", "1.2.3:80", "256.0.0.1:80", " 127.0.0.1:80"})
        EXPECT_FALSE(parse_address(text)) << text;
}

}  // namespace
}  // namespace pushbench
