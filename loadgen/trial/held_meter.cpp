#include "loadgen/trial/held_meter.hpp"

#include <algorithm>

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
    ticker_.stop();
    if (vanished_ == 0) return;
    begin_ns_ = now_ns();
    open_at_first_ = open_connections(port_).value_or(0);
    held_ = {};
    if (open_at_first_ >= vanished_)
        ticker_.start("held", begin_ns_, 100 * ns_per_ms, [this] { return look(); });
}

std::optional<Held> HeldMeter::end() {
    if (!ticker_.is_started()) return std::nullopt;
    ticker_.stop();
    held_.looked_s = static_cast<double>(now_ns() - begin_ns_) / 1e9;
    held_.still_held = vanished_ - static_cast<std::int64_t>(held_.held_s.size());
    return held_;
}

/// False where all that vanished have been let go.
bool HeldMeter::look() {
    const auto open = open_connections(port_);
    if (!open) return true;
    const auto gone =
        static_cast<std::size_t>(std::clamp<std::int64_t>(open_at_first_ - *open, 0, vanished_));
    const double after_s = static_cast<double>(now_ns() - begin_ns_) / 1e9;
    if (gone > held_.held_s.size()) held_.held_s.resize(gone, after_s);
    return gone != static_cast<std::size_t>(vanished_);
}

}  // namespace pushbench::loadgen
