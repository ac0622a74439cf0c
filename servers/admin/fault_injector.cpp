#include "admin/fault_injector.hpp"

#include <chrono>

#include "notify/clock.hpp"

namespace pushbench {
namespace {

/// A timer wakes up to some hundred µs late, on a virtual machine above all. A delay that a meter is held
/// against must be exact: so the timer goes off early, and the rest is waited for on the CPU.
constexpr std::int64_t kEarlyNs = 250'000;

}  // namespace

FaultInjector::FaultInjector(boost::asio::io_context& io, const FaultOptions& options, Outlet& outlet)
    : faults_(options, outlet, now_ns), timer_(io) {}

void FaultInjector::publish(std::string_view topic, std::string_view payload, std::int64_t due_ns,
                            std::int64_t sent_ns, const Published& done) {
    faults_.publish(topic, payload, due_ns, sent_ns, done);
    run();
}

void FaultInjector::run() {
    auto next_ns = faults_.run();
    while (next_ns && *next_ns - now_ns() <= kEarlyNs) next_ns = faults_.run();
    if (!next_ns) return;
    timer_.expires_at(std::chrono::steady_clock::time_point{std::chrono::nanoseconds{*next_ns - kEarlyNs}});
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error) run();
    });
}

}  // namespace pushbench
