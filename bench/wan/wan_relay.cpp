// A network between a load generator and a server, on one machine and without root: what comes leaves later,
// as fast as a line of that rate would have it. See docs/method.md, "A round trip".
#include <sched.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <optional>
#include <string>

#include "bench/program.hpp"
#include "bench/wan/relay.hpp"
#include "net/listener.hpp"
#include "notify/duration.hpp"
#include "process/process.hpp"

namespace pushbench::wan {
namespace {

struct RelayOptions {
    std::string listen = "127.0.0.1:0";
    std::string to;
    Network network;
    std::size_t most_connections = 4096;
    std::int64_t late_after_ns = 500'000;
    std::vector<int> cpus;
};

double us_at(const loadgen::Histogram& late, double share) {
    return late.count() == 0 ? 0 : static_cast<double>(late.value_at(share)) / 1e3;
}

/// It shares a core with those that it delays. With a real-time priority it leaves on time whatever they do;
/// without the right to one, which takes no root but a limit of its own (RLIMIT_RTPRIO), it waits for its
/// turn.
bool go_before_others() {
    const sched_param priority{.sched_priority = 1};
    return sched_setscheduler(0, SCHED_FIFO, &priority) == 0;
}

boost::json::object by_slice(const Lateness& late) {
    boost::json::array pieces, over, max_us;
    for (const Lateness::Slice& slice : late.slices()) {
        pieces.emplace_back(slice.pieces);
        over.emplace_back(slice.late);
        max_us.emplace_back(static_cast<double>(slice.max_ns) / 1e3);
    }
    return {{"start_ns", late.start_ns()},
            {"step_ns", Lateness::kStepNs},
            {"pieces", std::move(pieces)},
            {"late", std::move(over)},
            {"max_us", std::move(max_us)}};
}

void print_report(const Report& report, bool real_time) {
    const loadgen::Histogram& late = report.late.all();
    print({{"real_time", real_time},
           {"slices", by_slice(report.late)},
           {"connections", report.connections},
           {"most_at_once", report.most_at_once},
           {"refused", report.refused},
           {"pieces", late.count()},
           {"late_us", {{"p50", us_at(late, 0.5)}, {"p99", us_at(late, 0.99)}, {"max", us_at(late, 1)}}}});
}

void run_relay(const RelayOptions& options, const Address& address) {
    pin_to_cpus(options.cpus);
    const std::size_t possible = raise_file_limit() / 2;  // two sockets each
    const int stop = end_signals();
    boost::asio::io_context never_run;
    auto acceptor = listen_on(never_run, address);
    Relay relay{options.network, acceptor.native_handle(), loadgen::resolve(options.to, "--to"),
                std::min(options.most_connections, possible), options.late_after_ns};
    print_listening(acceptor);
    const bool real_time = go_before_others();
    relay.run(stop);
    print_report(relay.report(), real_time);
}

CLI::Option* add_delay(CLI::App& app, const std::string& name, std::int64_t& target_ns,
                       const std::string& help) {
    const auto assign = [&target_ns, name](const std::string& text) {
        const auto parsed = parse_duration_ns(text);
        if (!parsed || *parsed > 60'000'000'000)
            throw CLI::ValidationError(
                name, "'" + text + "' is not valid, expected a duration up to 1m, such as 20ms");
        target_ns = *parsed;
    };
    return app.add_option_function<std::string>(name, assign, help)->type_name("DURATION")->default_str("0");
}

void add_rate(CLI::App& app, const std::string& name, std::int64_t& target, const std::string& help) {
    app.add_option(name, target, help)
        ->check(CLI::Range(std::int64_t{0}, std::int64_t{100'000'000'000}))
        ->type_name("BYTES_PER_S")
        ->capture_default_str();
}

void add_options(CLI::App& app, RelayOptions& options) {
    app.add_option("--listen", options.listen, "Where clients connect; port 0 picks a free one")
        ->type_name("ADDRESS")
        ->capture_default_str();
    app.add_option("--to", options.to, "The server")->required()->type_name("ADDRESS");
    add_delay(app, "--delay-up", options.network.up.delay_ns, "From client to server");
    add_delay(app, "--delay-down", options.network.down.delay_ns, "From server to client");
    add_rate(app, "--rate-up", options.network.up.rate_bytes_per_s, "Of each connection; 0: no limit");
    add_rate(app, "--rate-down", options.network.down.rate_bytes_per_s, "Of each connection; 0: no limit");
    app.add_option("--window", options.network.most_bytes,
                   "Bytes under way in each direction of a connection: no more gets through in each delay")
        ->check(CLI::Range(std::size_t{4096}, std::size_t{1} << 30))
        ->type_name("BYTES")
        ->capture_default_str();
    app.add_option("--max-connections", options.most_connections, "More at once are reset")
        ->check(CLI::Range(std::size_t{1}, std::size_t{100'000}))
        ->capture_default_str();
    add_delay(app, "--late-after", options.late_after_ns, "Leaving so much later than due is told as late")
        ->default_str("500us");
    app.add_option("--cpus", options.cpus, "CPUs to run on, such as 1")->delimiter(',')->type_name("LIST");
}

}  // namespace
}  // namespace pushbench::wan

int main(int argc, char** argv) {
    using namespace pushbench;
    wan::RelayOptions options;
    CLI::App app{"A network of a chosen round trip between clients and a server.", "wan_relay"};
    wan::add_options(app, options);
    app.footer(
        "A new connection waits a round trip before its first bytes go up, as a handshake takes. Prints a "
        "JSON "
        "line when\nit accepts, and one when it ends: by how much pieces left later than they should.");
    return run_program(app, argc, argv, [&options] {
        wan::run_relay(options, address_of("--listen", options.listen, "127.0.0.1:0"));
    });
}
