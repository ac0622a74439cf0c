// The barest client one can write: what reading costs when nothing is looked at. One thread, one epoll, a
// ready-made request for each connection, then only recv() into one buffer. The load generator is held
// against it. With --discard the kernel drops the bytes without a copy: a sink that only drains.
#include <time.h>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <cmath>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "bench/floor/bare_reader.hpp"
#include "bench/program.hpp"
#include "notify/clock.hpp"
#include "process/process.hpp"

namespace pushbench {
namespace {

double thread_cpu_s() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

double rounded(double seconds) {
    return std::round(seconds * 1e9) / 1e9;
}

struct ReaderOptions {
    std::string speak;
    std::string target;
    std::size_t connections = 1000;
    double warmup_s = 0;
    double seconds = 1;
    unsigned threads = 1;
    std::vector<int> cpus;
    bool discard = false;
};

/// What one thread's clients did in the window.
struct Window {
    double cpu_s = 0;
    std::uint64_t reads = 0;
    std::uint64_t bytes = 0;
    std::size_t lost = 0;
};

using Readers = std::vector<std::unique_ptr<BareReader>>;

/// Several threads get one client each in turn, as a server deals them out to its threads: so what one thread
/// of a server serves is read by one thread here.
void connect_all(Readers& readers, std::size_t connections) {
    if (readers.size() == 1) return readers[0]->connect(connections);
    for (std::size_t i = 0; i < connections; ++i)
        readers[i % readers.size()]->connect(i / readers.size() + 1);
}

Window read_window(BareReader& reader, const ReaderOptions& options) {
    if (options.warmup_s > 0) reader.read_for(options.warmup_s);
    const std::uint64_t reads = reader.reads(), bytes = reader.bytes();
    const double cpu_s = thread_cpu_s();
    reader.read_for(options.seconds);
    return {thread_cpu_s() - cpu_s, reader.reads() - reads, reader.bytes() - bytes, reader.lost()};
}

std::vector<Window> read_all(Readers& readers, const ReaderOptions& options) {
    std::vector<Window> windows(readers.size());
    if (readers.size() == 1) {
        windows[0] = read_window(*readers[0], options);
        return windows;
    }
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < readers.size(); ++i)
        threads.emplace_back([&, i] {
            if (i < options.cpus.size()) pin_to_cpus({options.cpus[i]});
            windows[i] = read_window(*readers[i], options);
        });
    threads.clear();  // waits for them
    return windows;
}

void run_reader(const ReaderOptions& options, const Address& address) {
    pin_to_cpus(options.cpus);
    raise_file_limit();
    Readers readers;
    for (unsigned i = 0; i < options.threads; ++i)
        readers.push_back(
            std::make_unique<BareReader>(options.speak, options.target, address, options.discard));
    const std::int64_t begin_ns = now_ns();
    const double begin_cpu_s = thread_cpu_s();
    connect_all(readers, options.connections);
    const double connect_s = static_cast<double>(now_ns() - begin_ns) / 1e9;
    print({{"connected", options.connections},
           {"connect_s", rounded(connect_s)},
           {"connect_cpu_s", rounded(thread_cpu_s() - begin_cpu_s)}});
    Window sum;
    for (const Window& each : read_all(readers, options)) {
        sum.cpu_s += each.cpu_s;
        sum.reads += each.reads;
        sum.bytes += each.bytes;
        sum.lost += each.lost;
    }
    print({{"seconds", options.seconds},
           {"cpu_s", rounded(sum.cpu_s)},
           {"reads", sum.reads},
           {"bytes", sum.bytes},
           {"lost", sum.lost}});
}

void add_options(CLI::App& app, ReaderOptions& options) {
    app.add_option("--speak", options.speak, "What the server speaks")
        ->required()
        ->check(CLI::IsMember({"lines", "sse", "websocket", "long-poll"}));
    app.add_option("--target", options.target, "Address of the server")->required()->type_name("ADDRESS");
    app.add_option("--connections", options.connections, "How many")
        ->check(CLI::Range(std::size_t{1}, std::size_t{1'000'000}))
        ->capture_default_str();
    app.add_option("--warmup", options.warmup_s, "Seconds between the last connection and the window")
        ->check(CLI::Range(0.0, 3600.0))
        ->capture_default_str();
    app.add_option("--seconds", options.seconds, "Length of the window")
        ->check(CLI::Range(0.0, 3600.0))
        ->capture_default_str();
    app.add_option("--threads", options.threads, "Reader threads; with --cpus one on each")
        ->check(CLI::Range(1U, 256U))
        ->capture_default_str();
    app.add_option("--cpus", options.cpus, "CPUs to run on, such as 1")->delimiter(',')->type_name("LIST");
    app.add_flag("--discard", options.discard, "Let the kernel drop the bytes: drain, and do not even copy");
}

}  // namespace
}  // namespace pushbench

int main(int argc, char** argv) {
    using namespace pushbench;
    ReaderOptions options;
    CLI::App app{"The barest client: what a load generator costs at the very least.", "floor_reader"};
    add_options(app, options);
    app.footer("Prints a JSON line when all are connected, and one at the end of the window.");
    return run_program(app, argc, argv, [&options] {
        const Address address = address_of("--target", options.target, "127.0.0.1:8080");
        if (options.discard && options.speak == "long-poll")
            throw CLI::ValidationError("--discard", "is for streams: a long poll has to read its cursor");
        run_reader(options, address);
    });
}
