#include "loadgen/command/option_groups.hpp"
#include "loadgen/command/option_readers.hpp"
#include "notify/cpu_list.hpp"

namespace pushbench::loadgen {
namespace {

pid_t process_number(const std::string& text) {
    pid_t pid = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), pid);
    if (error != std::errc{} || end != text.data() + text.size() || pid < 1)
        wrong("--server-pid", text, "a process number");
    return pid;
}

/// Whose CPU and memory is taken.
void add_measured(CLI::App& app, Service& server) {
    app.add_option_function<std::vector<std::string>>(
           "--server-pid",
           [&server](const std::vector<std::string>& texts) {
               for (const std::string& text : texts) server.pids.push_back(process_number(text));
           },
           "process of the server, whose CPU and memory to measure; again for each further one")
        ->type_name("PID")
        ->allow_extra_args(false);
    app.add_flag("--server-children,!--no-server-children", server.children,
                 "also of what those processes have started; as it is");
    app.add_option("--server-cgroup", server.cgroup,
                   "cgroup (version 2) of the server, such as system.slice/nginx.service, or its folder")
        ->type_name("PATH");
}

}  // namespace

void add_machine(CLI::App& app, Options& options) {
    app.option_defaults()->group("Machine");
    Settings& settings = options.trial;
    add_measured(app, settings.server);
    number_option(app, "--threads", settings.threads, 1, 256, "threads that read");
    app.add_option_function<std::string>(
           "--cpus",
           [&settings](const std::string& text) {
               settings.cpus = parse_cpu_list(text);
               if (settings.cpus.empty()) wrong("--cpus", text, "a list of CPUs such as 1 or 2,4-6");
           },
           "CPUs to run on")
        ->type_name("LIST");
    duration_option(app, "--awake", settings.awake, true, "30us",
                    "how long a reader looks for more before it sleeps; 0s: not at all");
    app.add_flag("--receive-stamps", settings.receive_stamps,
                 "have the kernel stamp what comes, to know this program's own share of each latency");
    number_option(
        app, "--source-addresses", settings.source_addresses, 0, 250,
        "spread clients over so many addresses from 127.0.0.1 on, for more than 28,000 connections");
}

}  // namespace pushbench::loadgen
