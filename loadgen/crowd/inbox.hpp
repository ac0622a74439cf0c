#pragma once

#include <algorithm>
#include <charconv>
#include <optional>

#include "loadgen/crowd/worker.hpp"
#include "loadgen/measure/clock.hpp"

namespace pushbench::loadgen {

/// Turns what a protocol reports into ledger, histograms and counters of the subscriber it reports about.
class Worker::Inbox final : public Receiver {
 public:
    /// `kernel_ns` is when the kernel had the bytes; 0: not known.
    Inbox(Worker& worker, Subscriber& subscriber, std::int64_t received_ns, std::int64_t kernel_ns = 0)
        : worker_{worker}, subscriber_{subscriber}, received_ns_{received_ns}, kernel_ns_{kernel_ns} {}

    void on_ready(std::string_view cursor) override {
        std::uint64_t sequence = 0;
        const auto* last = cursor.data() + cursor.size();
        const auto [end, error] = std::from_chars(cursor.data(), last, sequence);
        // A cursor that is a number is a sequence; any other text says nothing to the ledger.
        if (error == std::errc{} && end == last && !subscriber_.ledger.begun())
            subscriber_.ledger.join(sequence);
        worker_.set_subscribed(subscriber_);
    }
    void on_message(std::string_view bytes) override {
        subscriber_.heard = subscriber_.was_served = true;
        if (subscriber_.last_message_ns == 0)
            worker_.first_message_times_.record(received_ns_ - worker_.connect_due_ns(subscriber_));
        worker_.tally_.deliver(subscriber_, bytes, received_ns_, kernel_ns_);
    }
    void on_other(std::string_view what) override {
        subscriber_.was_served = true;
        worker_.tally_.other(what);
    }
    void on_gap() override { ++worker_.tally_.counters.gaps; }
    void on_answer(bool empty) override {
        subscriber_.heard = subscriber_.was_served = true;
        worker_.tally_.answer(*subscriber_.link, empty, received_ns_);
        answered = true;
    }
    void on_retry(std::chrono::milliseconds delay) override {
        subscriber_.retry_base_ms =
            static_cast<std::uint32_t>(std::min(delay.count(), longest_retry_ns / ns_per_ms));
    }
    void on_refused(Refusal why) override { refusal = std::move(why); }

    bool answered = false;
    std::optional<Refusal> refusal;

 private:
    Worker& worker_;
    Subscriber& subscriber_;
    std::int64_t received_ns_;
    std::int64_t kernel_ns_;
};

}  // namespace pushbench::loadgen
