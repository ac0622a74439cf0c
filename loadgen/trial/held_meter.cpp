#include "loadgen/trial/held_meter.hpp"

#include <pthread.h>

#include <algorithm>
#include <chrono>

#include "loadgen/measure/clock.hpp"
#include "loadgen/measure/socket_buffers.hpp"
#include "loadgen/wire/url.hpp"

namespace pushbench::loadgen {

HeldMeter::HeldMeter(const Settings& settings) {
    if (settings.behaviour.vanish_share == 0) return;
    port_ = parse_url(settings.target).port;
    vanished_ = count_of(Role::vanishing, settings.connections, settings.behaviour);
}

void HeldMeter::begin() {
    stop();
    if (vanished_ == 0) return;
    begin_ns_ = now_ns();
    open_at_first_ = open_connections(port_).value_or(0);
    held_ = {};
    stop_ = false;
    if (open_at_first_ >= vanished_) thread_ = std::thread{[this] { run(); }};
}

std::optional<Held> HeldMeter::end() {
    if (!thread_.joinable()) return std::nullopt;
    stop();
    held_.looked_s = static_cast<double>(now_ns() - begin_ns_) / 1e9;
    held_.still_held = vanished_ - static_cast<std::int64_t>(held_.held_s.size());
    return held_;
}

void HeldMeter::run() {
    pthread_setname_np(pthread_self(), "held");
    std::unique_lock lock{mutex_};
    while (!changed_.wait_for(lock, std::chrono::milliseconds{100}, [this] { return stop_; })) {
        const auto open = open_connections(port_);
        if (!open) continue;
        const auto gone =
            static_cast<std::size_t>(std::clamp<std::int64_t>(open_at_first_ - *open, 0, vanished_));
        const double after_s = static_cast<double>(now_ns() - begin_ns_) / 1e9;
        if (gone > held_.held_s.size()) held_.held_s.resize(gone, after_s);
        if (gone == static_cast<std::size_t>(vanished_)) return;  // there is no more to see
    }
}

void HeldMeter::stop() {
    if (!thread_.joinable()) return;
    {
        const std::lock_guard lock{mutex_};
        stop_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

}  // namespace pushbench::loadgen
