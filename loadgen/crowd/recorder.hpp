#pragma once

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

#include "loadgen/measure/fanout.hpp"
#include "loadgen/measure/histogram.hpp"
#include "loadgen/message/stamp.hpp"

namespace pushbench::loadgen {

/// What one worker thread has measured; merged at the end.
struct Recorder {
    Histogram latency;           ///< due to received: the headline
    Histogram delivery;          ///< sent to received
    Histogram publish_delay;     ///< due to sent
    Histogram response;          ///< polling: request sent to answer whole
    Histogram gap;               ///< between two messages of one subscriber
    Histogram kernel_to_reader;  ///< stamped by the kernel to received: the load generator's own share
    FanoutTracker::Histograms fanout;
    std::int64_t first_due_ns = INT64_MAX;
    std::int64_t last_due_ns = INT64_MIN;
    std::int64_t first_sent_ns = INT64_MAX;
    std::int64_t last_sent_ns = INT64_MIN;

    void record(const Stamp& stamp, std::uint32_t topic, std::int64_t received_ns) {
        latency.record(received_ns - stamp.due_ns);
        delivery.record(received_ns - stamp.sent_ns);
        publish_delay.record(stamp.sent_ns - stamp.due_ns);
        first_due_ns = std::min(first_due_ns, stamp.due_ns);
        last_due_ns = std::max(last_due_ns, stamp.due_ns);
        first_sent_ns = std::min(first_sent_ns, stamp.sent_ns);
        last_sent_ns = std::max(last_sent_ns, stamp.sent_ns);
        notice(stamp.seq, topic);
    }

    /// How many notifications these times are of. One that goes to a thousand subscribers is late a thousand
    /// times over, and is one event all the same: it is this number that a percentile must leave ten of.
    [[nodiscard]] std::uint64_t notifications() const {
        return std::accumulate(
            topics_.begin(), topics_.end(), std::uint64_t{0},
            [](std::uint64_t sum, const Topic& topic) { return sum + topic.notifications; });
    }
    /// The same of one worker, at no cost.
    [[nodiscard]] std::uint64_t noticed() const { return noticed_; }
    /// Times that are longer than can be told: no percentile of them is a figure.
    [[nodiscard]] std::uint64_t overflow() const {
        return latency.overflow() + delivery.overflow() + publish_delay.overflow() + response.overflow();
    }

    void merge(const Recorder& other);
    template <class Porter>
    void carry(Porter& porter) {
        porter.all(latency, delivery, publish_delay, response, gap, kernel_to_reader, fanout, first_due_ns,
                   last_due_ns, first_sent_ns, last_sent_ns, topics_, noticed_);
    }
    /// As at the beginning, in the same memory.
    void clear();
    /// Of what was received when; what the publisher says of itself stays.
    void forget_latencies() {
        latency.clear();
        delivery.clear();
        fanout = {};
        std::fill(topics_.begin(), topics_.end(), Topic{});
        noticed_ = 0;
    }

 private:
    /// Of a notification that reaches several, only the first to reach one of ours is a new one. One that
    /// comes behind a higher is not counted: rather too few than too many.
    struct Topic {
        std::uint64_t head = 0;
        std::uint64_t notifications = 0;
    };
    void notice(std::uint64_t seq, std::uint32_t topic) {
        if (topic >= topics_.size()) topics_.resize(topic + std::size_t{1});
        if (seq <= topics_[topic].head) return;
        topics_[topic].head = seq;
        ++topics_[topic].notifications;
        ++noticed_;
    }

    std::vector<Topic> topics_;
    std::uint64_t noticed_ = 0;
};

/// Workers share topics, so what each of them noticed of one is not added up.
inline void Recorder::merge(const Recorder& other) {
    latency.merge(other.latency);
    delivery.merge(other.delivery);
    publish_delay.merge(other.publish_delay);
    response.merge(other.response);
    gap.merge(other.gap);
    kernel_to_reader.merge(other.kernel_to_reader);
    fanout.merge(other.fanout);
    first_due_ns = std::min(first_due_ns, other.first_due_ns);
    last_due_ns = std::max(last_due_ns, other.last_due_ns);
    first_sent_ns = std::min(first_sent_ns, other.first_sent_ns);
    last_sent_ns = std::max(last_sent_ns, other.last_sent_ns);
    topics_.resize(std::max(topics_.size(), other.topics_.size()));
    for (std::size_t i = 0; i != other.topics_.size(); ++i) {
        topics_[i].head = std::max(topics_[i].head, other.topics_[i].head);
        topics_[i].notifications = std::max(topics_[i].notifications, other.topics_[i].notifications);
    }
    noticed_ = notifications();
}

inline void Recorder::clear() {
    for (Histogram* h : {&latency, &delivery, &publish_delay, &response, &gap, &kernel_to_reader,
                         &fanout.first, &fanout.median, &fanout.last, &fanout.spread})
        h->clear();
    first_due_ns = first_sent_ns = INT64_MAX;
    last_due_ns = last_sent_ns = INT64_MIN;
    std::fill(topics_.begin(), topics_.end(), Topic{});
    noticed_ = 0;
}

}  // namespace pushbench::loadgen
