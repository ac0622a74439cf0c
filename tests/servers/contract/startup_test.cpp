// What a server says before it serves, and when it cannot.
#include <algorithm>

#include "servers/contract/fixture.hpp"

namespace pushbench::contract {
namespace {

struct Ended {
    int code = -1;
    std::string output, errors;
};

Ended run(std::vector<std::string> command) {
    Process process{command};
    const auto code = process.wait_exit();
    return {code.value_or(-1), process.output(), process.errors()};
}

void expect_failure(const Ended& ended, int code, const std::string& mention) {
    EXPECT_EQ(ended.code, code) << ended.errors;
    EXPECT_EQ(ended.output, "");
    EXPECT_EQ(std::count(ended.errors.begin(), ended.errors.end(), '\n'), 1) << ended.errors;
    EXPECT_NE(ended.errors.find(mention), std::string::npos) << ended.errors;
}

class Startup : public TransportTest {
 protected:
    void expect_refused(const std::vector<std::string>& arguments, int code, const std::string& mention) {
        std::vector<std::string> command{GetParam().server};
        command.insert(command.end(), arguments.begin(), arguments.end());
        expect_failure(run(command), code, mention);
    }
};

TEST_P(Startup, BadUsageIsOneLineAndExitCode2) {
    expect_refused({"--no-such-option"}, 2, "--no-such-option");
    expect_refused({"stray"}, 2, "stray");
    expect_refused({"--threads", "0"}, 2, "threads");
    expect_refused({"--threads", "many"}, 2, "many");
    expect_refused({"--threads"}, 2, "threads");
    expect_refused({"--history", "0"}, 2, "history");
    expect_refused({"--history", "-5"}, 2, "history");
    expect_refused({"--heartbeat", "soon"}, 2, "soon");
    expect_refused({"--heartbeat", "-1s"}, 2, "-1s");
    expect_refused({"--idle-timeout", "10"}, 2, "'10'");
    expect_refused({"--listen", "8080"}, 2, "8080");
    expect_refused({"--listen", "127.0.0.1:99999"}, 2, "99999");
    expect_refused({"--listen", "nowhere.example:80"}, 2, "nowhere.example");
    expect_refused({"--admin", "127.0.0.1:http"}, 2, "http");
    expect_refused({"--max-connections", "-1"}, 2, "max-connections");
    expect_refused({"--max-target-bytes", "0"}, 2, "max-target-bytes");
    expect_refused({"--max-body-bytes", "99999999999999"}, 2, "max-body-bytes");
    expect_refused({"--max-client-topics", "0"}, 2, "max-client-topics");
    expect_refused({"--log-level", "loud"}, 2, "loud");
    expect_refused({"--cpus", "first"}, 2, "first");
    expect_refused({"--cpus", "1-0"}, 2, "1-0");
    expect_refused({"--fault-drop", "7"}, 2, "'7'");
}

TEST_P(Startup, AnAdminTokenThatIsNoneIsOneLineAndExitCode1) {
    const TemporaryFile empty{" \n", 0600};
    const TemporaryFile open{"token", 0644};
    const TemporaryFile broken{"two words", 0600};
    expect_refused({"--admin-token-file", "/no/such/file"}, 1, "/no/such/file");
    expect_refused({"--admin-token-file", "/"}, 1, "regular");
    expect_refused({"--admin-token-file", empty.path()}, 1, "empty");
    expect_refused({"--admin-token-file", open.path()}, 1, "chmod 600");
    expect_refused({"--admin-token-file", broken.path()}, 1, "one word");
}

TEST_P(Startup, TransportOptionsAreKnownOnlyWhereTheyMeanSomething) {
    const bool websocket = GetParam().name == "WebSocket";
    if (websocket)
        expect_refused({"--framing", "square"}, 2, "square");
    else
        expect_refused({"--echo"}, 2, "--echo");
}

TEST_P(Startup, CpusThatAreNotThereAreAFailure) {
    expect_refused({"--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--cpus", "1023"}, 1, "1023");
}

// A limit on tasks, as containers have one, does the same; but root, who may run this, has none. With stacks
// of a gigabyte the third does not fit.
TEST_P(Startup, ThreadsThatTheSystemDoesNotGiveAreOneLineBeforeTheAddress) {
    if (kSanitized) GTEST_SKIP() << "a sanitizer needs terabytes of addresses";
    const Ended ended =
        run({"/bin/sh", "-c",
             "ulimit -s 1000000; ulimit -v 3000000; exec \"$0\" --threads 8 --listen 127.0.0.1:0 "
             "--admin 127.0.0.1:0",
             GetParam().server});
    expect_failure(ended, 1, "--threads 8");
}

TEST_P(Startup, APortInUseIsOneLineAndExitCode1) {
    start();
    const std::string taken = "127.0.0.1:" + std::to_string(server().port());
    expect_refused({"--listen", taken, "--admin", "127.0.0.1:0"}, 1, taken);
    expect_refused({"--listen", "127.0.0.1:0", "--admin", taken}, 1, taken);
}

TEST_P(Startup, AnAddressThatIsNotOursIsAFailure) {
    expect_refused({"--listen", "192.0.2.1:0", "--admin", "127.0.0.1:0"}, 1, "192.0.2.1");
}

TEST_P(Startup, HelpAndVersionAreNoFailure) {
    const Ended help = run({GetParam().server, "--help"});
    EXPECT_EQ(help.code, 0);
    for (const char* option :
         {"--listen", "--admin", "--threads", "--history", "--max-connections", "--heartbeat",
          "--idle-timeout", "--header-timeout", "--allow-origin", "--cpus", "--reuse-port", "--log-level",
          "--fault-delay", "--fault-drop", "--fault-duplicate", "--fault-swap"})
        EXPECT_NE(help.output.find(option), std::string::npos) << option;
    const Ended version = run({GetParam().server, "--version"});
    EXPECT_EQ(version.code, 0);
    EXPECT_NE(version.output.find("_server "), std::string::npos) << version.output;
}

TEST_P(Startup, PrintsOneLineAndNothingElse) {
    start({"--cpus", "0-0"});
    const std::string line = server().output();
    EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1) << line;
    EXPECT_EQ(line.rfind("{\"listening\":\"127.0.0.1:", 0), 0U) << line;
    EXPECT_EQ(admin("GET", "/healthz").status, 200U);
    expect_graceful_end();
}

INSTANTIATE_TEST_SUITE_P(Servers, Startup, ::testing::ValuesIn(servers()), variant_name);

}  // namespace
}  // namespace pushbench::contract
