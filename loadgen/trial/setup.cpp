#include "loadgen/trial/setup.hpp"

#include <algorithm>
#include <thread>

#include "loadgen/measure/process.hpp"
#include "loadgen/publish/admin_publisher.hpp"
#include "loadgen/publish/http_courier.hpp"
#include "loadgen/publish/url_publisher.hpp"
#include "loadgen/wire/failure.hpp"
#include "notify/notification.hpp"

namespace pushbench::loadgen {

void make_room_for_files(const Settings& settings) {
    constexpr std::uint64_t others = 64;
    const std::uint64_t allowed = raise_file_limit(settings.connections + others);
    if (allowed >= settings.connections + others) return;
    throw Failure("--connections " + std::to_string(settings.connections) +
                  " do not fit: the hard limit of open files (" + std::to_string(allowed) + ") allows " +
                  std::to_string(allowed > others ? allowed - others : 0) +
                  "; raise it with ulimit -Hn, or ask for fewer");
}

void bind_to_cpus(const Settings& settings) {
    if (settings.cpus.empty()) return;
    cpu_set_t set;
    CPU_ZERO(&set);
    for (const int cpu : settings.cpus) CPU_SET(static_cast<unsigned>(cpu), &set);
    if (sched_setaffinity(0, sizeof set, &set) != 0)
        throw Failure("--cpus names none of this machine's " +
                      std::to_string(std::thread::hardware_concurrency()) + " CPUs that may be used");
}

void check_server(const Settings& settings) {
    if (settings.server_pid && !process_runs(*settings.server_pid))
        throw Failure("--server-pid " + std::to_string(*settings.server_pid) + ": no such process");
}

std::vector<std::string> topic_names(const Settings& settings) {
    std::vector<std::string> names;
    for (std::uint32_t i = 0; i != settings.topics; ++i)
        names.push_back(topic_name(settings.topic, i, settings.topics));
    return names;
}

CrowdSettings crowd_settings(const Settings& settings, const std::vector<std::string>& topics) {
    CrowdSettings crowd;
    crowd.transport = settings.transport;
    crowd.target = make_target(parse_url(settings.target), {}, settings.tls);
    crowd.speech = settings.speech;
    crowd.tokens = settings.tokens;
    crowd.topics = topics;
    crowd.connections = settings.connections;
    crowd.workers = std::min(settings.threads, settings.connections);
    crowd.connects_per_s = settings.connects_per_s;
    crowd.poll_interval_ns = settings.poll_interval.count();
    crowd.poll_wait_ns = settings.poll_wait.count();
    // Who is told what to expect may have no publisher's probe before it, and its clients come one by one.
    crowd.spread_polls = settings.expect == 0;
    crowd.awake_ns = settings.awake.count();
    crowd.seed = settings.seed;
    crowd.source_addresses = settings.source_addresses;
    crowd.cpus = settings.cpus;
    if (settings.source_addresses != 0 && !is_loopback_v4(crowd.target.addresses.front()))
        throw Failure("--source-addresses needs a --target in 127.0.0.0/8, not '" + settings.target + "'");
    return crowd;
}

std::unique_ptr<Publisher> make_publisher(const Settings& settings, const std::vector<std::string>& topics,
                                          const AdminClient* admin) {
    if (!settings.publish.url.empty()) {
        UrlPublisherSettings own;
        own.route = make_route(settings.publish, settings.tls);
        own.topics = topics;
        own.connections = settings.publish.connections;
        // Where the readers leave one, it has a CPU of its own.
        if (settings.cpus.size() > settings.threads) own.cpu = settings.cpus[settings.threads];
        own.make_courier = make_http_courier;
        return std::make_unique<UrlPublisher>(std::move(own));
    }
    if (admin == nullptr) return nullptr;
    return std::make_unique<AdminPublisher>(*admin);
}

ScheduleOrder schedule_order(const Settings& settings, std::int64_t count) {
    ScheduleOrder order;
    order.rate_per_s = settings.rate_per_s;
    order.payload_bytes = settings.payload_bytes;
    order.arrival = settings.arrival;
    order.seed = settings.seed;
    order.topics = settings.topics;
    order.topic = settings.topic;
    order.count = static_cast<std::uint64_t>(count);
    return order;
}

cpu_set_t affinity_of(int pid) {
    cpu_set_t set;
    CPU_ZERO(&set);
    sched_getaffinity(pid, sizeof set, &set);
    return set;
}

}  // namespace pushbench::loadgen
