#include "transport/fault_injector.hpp"

#include <chrono>

#include "notify/clock.hpp"

namespace pushbench {

FaultInjector::FaultInjector(boost::asio::io_context& io, const FaultOptions& options, Outlet& outlet)
    : faults_(options, outlet, now_ns), timer_(io) {}

std::uint64_t FaultInjector::publish(std::string_view topic, std::string_view payload, std::int64_t due_ns,
                                     std::int64_t sent_ns) {
    const std::uint64_t seq = faults_.publish(topic, payload, due_ns, sent_ns);
    run();
    return seq;
}

void FaultInjector::run() {
    const auto next_ns = faults_.run();
    if (!next_ns) return;
    timer_.expires_at(std::chrono::steady_clock::time_point{std::chrono::nanoseconds{*next_ns}});
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error) run();
    });
}

}  // namespace pushbench
