#include "loadgen/crowd/tally.hpp"

namespace pushbench::loadgen {

void Tally::begin_counting(FanoutTracker* fanout) {
    fanout_ = fanout;
    records_ = true;
    counters.delivered = counters.duplicated = counters.reordered = counters.gaps = counters.malformed = 0;
    delivered_.store(0, std::memory_order_relaxed);
}

bool Tally::read_stamp(const Subscriber& to, std::string_view json, Stamp& stamp) const {
    const std::string& topic = topics_[to.topic];
    if (parse_stamp(json, stamp) && stamp.topic == topic && stamp.seq != 0) return true;
    const auto whole = from_json(json);  // slow, but knows any order of keys and any escape
    if (!whole || whole->topic != topic || whole->seq == 0) return false;
    stamp = {whole->seq, topic, whole->due_ns, whole->sent_ns};
    return true;
}

void Tally::deliver(Subscriber& to, std::string_view json, std::int64_t received_ns) {
    Stamp stamp;
    if (!read_stamp(to, json, stamp)) {
        ++counters.malformed;
        return;
    }
    const Ledger::Kind kind = to.ledger.record(stamp.seq);
    if (kind == Ledger::Kind::before) return;
    if (kind == Ledger::Kind::repeat) {
        ++counters.duplicated;
        return;
    }
    if (kind == Ledger::Kind::late) ++counters.reordered;
    ++counters.delivered;
    delivered_.store(counters.delivered, std::memory_order_relaxed);
    if (!records_) return;
    recorder_.record(stamp, received_ns);
    if (fanout_ != nullptr) fanout_->record(stamp.seq, stamp.due_ns, received_ns, recorder_.fanout);
}

void Tally::time_responses(bool on) {
    times_responses_ = on;
    if (on) recorder_.response = Histogram{};
}

void Tally::answer(Link& link, bool empty, std::int64_t received_ns) {
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
    counters.in_flight_ns += in_flight_ * (time_ns - in_flight_since_ns_);
    in_flight_since_ns_ = time_ns;
}

}  // namespace pushbench::loadgen
