#pragma once

#include <chrono>
#include <string>
#include <thread>

#include "fake_peer.hpp"
#include "loadgen/crowd/worker.hpp"
#include "loadgen/measure/clock.hpp"
#include "loadgen/transport/table.hpp"
#include "notify/notification.hpp"
#include "our_speech.hpp"

namespace pushbench::loadgen {

/// One that comes again carries the times that it had.
inline std::string notification(std::uint64_t seq, const std::string& topic = "default") {
    static const std::int64_t begin_ns = now_ns() - ns_per_ms;
    const std::int64_t sent_ns = begin_ns + static_cast<std::int64_t>(seq);
    return to_json({seq, topic, sent_ns - 1'000, sent_ns, "payload"});
}

inline std::string event(std::uint64_t seq) {
    return "id: " + std::to_string(seq) + "\ndata: " + notification(seq) + "\n\n";
}

inline constexpr const char* sse_head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";

inline CrowdSettings settings(const FakePeer& peer, const char* transport) {
    CrowdSettings settings;
    settings.transport = find_transport(transports(), transport);
    settings.target = make_target(parse_url(peer.address().text));
    settings.speech = our_speech(transport);
    settings.topics = {"default"};
    settings.poll_interval_ns = ns_per_ms;
    settings.poll_wait_ns = 25 * ns_per_s;
    return settings;
}

/// Waits for a condition, not for a time; the bound only ends a test that has failed.
template <class Condition>
bool eventually(Condition condition) {
    const std::int64_t bound_ns = now_ns() + 20 * ns_per_s;
    while (!condition()) {
        if (now_ns() > bound_ns) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
    return true;
}

inline Counters counters_of(Worker& worker) {
    return worker.ask([&] { return worker.snapshot(); }).counters;
}

}  // namespace pushbench::loadgen
