#include "loadgen/crowd/tally.hpp"

namespace pushbench::loadgen {

void Tally::begin_counting(FanoutTracker* fanout, std::int64_t time_ns) {
    fanout_ = fanout;
    records_ = true;
    counting_since_ns_ = time_ns;
    counters.delivered = counters.duplicated = counters.reordered = counters.gaps = counters.malformed =
        counters.unmarked = counters.restarts = 0;
    delivered_.store(0, std::memory_order_relaxed);
}

void Tally::deliver(Subscriber& to, std::string_view message, std::int64_t received_ns,
                    std::int64_t kernel_ns) {
    slices_.bring_up(received_ns, counters, recorder_.noticed());
    if (!to.is_steady()) {
        to.last_message_ns = received_ns;
        ++counters.apart;
        return;
    }
    counters.message_bytes += static_cast<std::int64_t>(message.size());
    // What lies between two messages is measured where both have come since counting began.
    if (records_ && to.last_message_ns >= counting_since_ns_ && to.last_message_ns != 0)
        recorder_.gap.record(received_ns - to.last_message_ns);
    to.last_message_ns = received_ns;
    if (records_ && kernel_ns != 0) recorder_.kernel_to_reader.record(received_ns - kernel_ns);
    if (reader_.kind() != MessageKind::opaque) return take_stamps(to, message, received_ns);
    heard_.understood();
    count_delivery();
}

void Tally::take_stamps(Subscriber& to, std::string_view message, std::int64_t received_ns) {
    const std::string& topic = topics_[to.topic];
    std::string_view rest = message;
    Stamp stamp;
    Find find = reader_.next(rest, stamp);
    if (find == Find::none) return fault(counters.unmarked, message);
    if (find == Find::malformed) return fault(counters.malformed, message);
    while (find == Find::found) {
        if (stamp.topic == topic)
            take(to, stamp, received_ns);
        else
            fault(counters.malformed, message);
        if (rest.empty()) return;
        find = reader_.next(rest, stamp);
    }
}

void Tally::take(Subscriber& to, const Stamp& stamp, std::int64_t received_ns) {
    heard_.understood();
    const Ledger::Kind kind = to.ledger.record(stamp.seq, stamp.sent_ns, stamp.epoch);
    if (kind == Ledger::Kind::before) return;
    if (kind == Ledger::Kind::repeat) {
        ++counters.duplicated;
        return;
    }
    if (kind == Ledger::Kind::late) ++counters.reordered;
    if (kind == Ledger::Kind::restart) ++counters.restarts;
    count_delivery();
    if (!records_) return;
    received_ns -= ahead_ns_;
    recorder_.record(stamp, to.topic, received_ns);
    slices_.record(received_ns - stamp.due_ns);
    if (fanout_ != nullptr) fanout_->record(stamp.seq, stamp.due_ns, received_ns, recorder_.fanout);
}

void Tally::count_delivery() {
    ++counters.delivered;
    delivered_.store(counters.delivered, std::memory_order_relaxed);
}

void Tally::fault(std::int64_t& counter, std::string_view message) {
    ++counter;
    heard_.not_understood(message);
}

void Tally::other(std::string_view what) {
    ++counters.other_messages;
    heard_.other(what);
}

void Tally::begin_slices(std::int64_t origin_ns, std::int64_t step_ns) {
    bring_up(origin_ns);
    slices_.begin(origin_ns, step_ns, counters, recorder_.noticed());
}

void Tally::end_slices(std::int64_t time_ns) {
    slices_.end(time_ns, counters, recorder_.noticed());
}

void Tally::time_responses(bool on) {
    times_responses_ = on;
    if (on) recorder_.response.clear();
}

void Tally::answer(Link& link, bool empty, std::int64_t received_ns) {
    slices_.bring_up(received_ns, counters, recorder_.noticed());
    ++counters.answers;
    counters.empty_answers += empty ? 1 : 0;
    const std::int64_t response_ns = received_ns - link.asked_ns;
    counters.response_ns += response_ns;
    if (times_responses_) recorder_.response.record(response_ns);
    set_in_flight(link, false, received_ns);
}

void Tally::set_in_flight(Link& link, bool in_flight, std::int64_t time_ns) {
    if (link.in_flight == in_flight) return;
    link.in_flight = in_flight;
    bring_up(time_ns);
    in_flight_ += in_flight ? 1 : -1;
}

void Tally::bring_up(std::int64_t time_ns) {
    slices_.bring_up(time_ns, counters, recorder_.noticed());
    counters.in_flight_ns += in_flight_ * (time_ns - in_flight_since_ns_);
    in_flight_since_ns_ = time_ns;
}

}  // namespace pushbench::loadgen
