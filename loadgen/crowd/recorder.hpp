#pragma once

#include <algorithm>
#include <cstdint>

#include "loadgen/measure/fanout.hpp"
#include "loadgen/measure/histogram.hpp"
#include "notify/notification.hpp"

namespace pushbench::loadgen {

/// What one worker thread has measured; merged at the end.
struct Recorder {
    Histogram latency;        ///< due to received: the headline
    Histogram delivery;       ///< sent to received
    Histogram publish_delay;  ///< due to sent
    Histogram response;       ///< polling: request sent to answer whole
    FanoutTracker::Histograms fanout;
    std::int64_t first_due_ns = INT64_MAX;
    std::int64_t last_due_ns = INT64_MIN;
    std::int64_t first_sent_ns = INT64_MAX;
    std::int64_t last_sent_ns = INT64_MIN;

    void record(const Stamp& stamp, std::int64_t received_ns) {
        latency.record(received_ns - stamp.due_ns);
        delivery.record(received_ns - stamp.sent_ns);
        publish_delay.record(stamp.sent_ns - stamp.due_ns);
        first_due_ns = std::min(first_due_ns, stamp.due_ns);
        last_due_ns = std::max(last_due_ns, stamp.due_ns);
        first_sent_ns = std::min(first_sent_ns, stamp.sent_ns);
        last_sent_ns = std::max(last_sent_ns, stamp.sent_ns);
    }

    void merge(const Recorder& other) {
        latency.merge(other.latency);
        delivery.merge(other.delivery);
        publish_delay.merge(other.publish_delay);
        response.merge(other.response);
        fanout.merge(other.fanout);
        first_due_ns = std::min(first_due_ns, other.first_due_ns);
        last_due_ns = std::max(last_due_ns, other.last_due_ns);
        first_sent_ns = std::min(first_sent_ns, other.first_sent_ns);
        last_sent_ns = std::max(last_sent_ns, other.last_sent_ns);
    }
};

}  // namespace pushbench::loadgen
