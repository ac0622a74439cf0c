// What is published: numbers, tries, and what becomes of them.
#include "source/jetstream/numbering.hpp"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "notify/utf8.hpp"

namespace pushbench::jetstream {

Numbering::Numbering(Broker& broker, Uplink& uplink, const Limits& limits, Clock clock)
    : broker_(broker), uplink_(uplink), limits_(limits), clock_(std::move(clock)) {}

void Numbering::refuse(const Published& done, NotTaken why, std::string problem) {
    ++counts_.refused;
    if (done) done({0, std::move(problem), why});
}

void Numbering::publish(std::string_view name, std::string_view payload, std::int64_t due_ns,
                        std::int64_t sent_ns, const Published& done) {
    if (!is_utf8(payload) || !is_utf8(name))
        return refuse(done, NotTaken::invalid, "not UTF-8: a notification travels as JSON, which must be");
    if (payload.size() > most_payload_bytes_)
        return refuse(done, NotTaken::too_large,
                      "too large: " + std::to_string(payload.size()) + " bytes, the NATS server takes " +
                          std::to_string(most_payload_bytes_) + ", see its max_payload");
    if (counts_.waiting >= limits_.waiting || waiting_bytes_ + payload.size() > limits_.waiting_bytes)
        return refuse(done, NotTaken::away,
                      std::to_string(counts_.waiting) + " notifications wait for the source already: " +
                          (is_live_ ? "it is slower than they come" : "it is away") + ", try again later");
    Entry* topic = find_or_create(name);
    if (topic == nullptr)
        return refuse(done, NotTaken::full,
                      "too many topics: " + std::to_string(limits_.topics) +
                          " were published to already, see --max-topics");
    ++counts_.waiting;
    waiting_bytes_ += payload.size();
    topic->second.waiting.push_back(
        {++last_id_, std::make_shared<const std::string>(payload), due_ns, sent_ns, clock_(), done});
    if (topic->second.waiting.size() > 1) return;
    firsts_.emplace(last_id_, topic);
    topic->second.state = State::not_sent;
    if (is_live_) try_first(*topic);
}

Numbering::Entry* Numbering::find_or_create(std::string_view name) {
    if (const auto found = topics_.find(name); found != topics_.end()) return &*found;
    if (topics_.size() >= limits_.topics) return nullptr;
    return &*topics_.try_emplace(std::string{name}).first;
}

std::uint64_t Numbering::next_number(const Topic& topic) const {
    return (topic.numbered == 0 ? std::max(unseen_, forgotten_) : topic.numbered) + 1;
}

void Numbering::try_first(Entry& topic) {
    Topic& it = topic.second;
    const Waiting& first = it.waiting.front();
    it.state = State::sent;
    it.tried_ns = clock_();
    it.tried_seq = next_number(it);
    it.tried_after = it.last;
    uplink_.send(
        {first.id, topic.first, it.tried_seq, it.tried_after, first.due_ns, first.sent_ns, first.payload});
}

void Numbering::try_again(Entry& topic) {
    ++counts_.repeated;
    try_first(topic);
}

Numbering::Waiting Numbering::take(Topic& topic, std::list<Waiting>::iterator which) {
    Waiting taken = std::move(*which);
    topic.waiting.erase(which);
    --counts_.waiting;
    waiting_bytes_ -= taken.payload->size();
    return taken;
}

/// The first that waits is settled: the next is tried.
Published Numbering::take_first(Entry& topic) {
    Topic& it = topic.second;
    Waiting settled = take(it, it.waiting.begin());
    firsts_.erase(settled.id);
    it.state = State::not_sent;
    if (!it.waiting.empty()) {
        firsts_.emplace(it.waiting.front().id, &topic);
        if (is_live_) try_first(topic);
    }
    return std::move(settled.done);
}

void Numbering::settle(Entry& topic, const Publication& publication) {
    const Published done = take_first(topic);
    // Last of all: whoever is told may publish the next.
    if (publication.seq == 0) return refuse(done, publication.why, publication.problem);
    if (done) done(publication);
}

void Numbering::tell_stored(std::uint64_t up_to) {
    while (!stored_.empty() && stored_.begin()->first <= up_to) {
        const Stored stored = std::move(stored_.begin()->second);
        stored_.erase(stored_.begin());
        stored.done({stored.seq, {}});
    }
}

void Numbering::answered(std::uint64_t id, const Answer& answer) {
    const auto found = firsts_.find(id);
    if (found == firsts_.end()) return;  // its message has come already, or it is refused
    Entry& topic = *found->second;
    Topic& it = topic.second;
    if (it.state != State::sent) return;  // to a try of before
    switch (answer.kind) {
        case Answer::Kind::conflict:
            return beaten(topic, answer.stream_seq);
        case Answer::Kind::refused:
            return settle(topic, {0, "the source did not take it: " + answer.problem, NotTaken::away});
        case Answer::Kind::stored:
            break;
    }
    it.numbered = std::max(it.numbered, it.tried_seq);
    it.last = std::max(it.last, answer.stream_seq);
    it.heard_ns = clock_();
    const std::uint64_t seq = it.tried_seq;
    Published done = take_first(topic);
    if (!done) return;
    stored_.emplace(answer.stream_seq, Stored{seq, clock_(), std::move(done)});
    tell_stored(counts_.consumed);
}

/// Another message is the subject's last. It will come, or it has come since the try was sent. Or what was
/// the last is removed: then one before it is, or none.
void Numbering::beaten(Entry& topic, std::uint64_t last) {
    ++counts_.conflicts;
    Topic& it = topic.second;
    if (last > counts_.consumed) {
        it.state = State::beaten;
        it.beaten_by = last;
        return;
    }
    if (it.last == it.tried_after) it.last = last;
    try_first(topic);
}

void Numbering::lost() {
    is_live_ = false;
    for (const auto& [id, topic] : firsts_)
        if (topic->second.state != State::not_sent) topic->second.state = State::unknown;
}

void Numbering::look_after() {
    std::vector<std::uint64_t> ids;
    ids.reserve(firsts_.size());
    for (const auto& [id, topic] : firsts_) ids.push_back(id);
    const std::int64_t now = clock_();
    if (!stored_.empty() && stored_.begin()->second.since_ns < now - limits_.wait_ns)
        tell_stored(stored_.begin()->first);
    for (const std::uint64_t id : ids) {
        const auto found = firsts_.find(id);
        if (found == firsts_.end()) continue;
        Entry& topic = *found->second;
        Topic& it = topic.second;
        if (it.waiting.front().since_ns < now - limits_.wait_ns)
            refuse_late(topic, now - limits_.wait_ns);
        else if (!is_live_)
            continue;
        else if (it.state == State::beaten && it.beaten_by <= counts_.consumed)
            beaten(topic, it.beaten_by);  // what was stored first was removed before it came
        else if (now - it.tried_ns >= limits_.answer_ns)
            try_again(topic);
    }
}

/// Those behind the first were never sent: they go before it, or they would be.
void Numbering::refuse_late(Entry& topic, std::int64_t before_ns) {
    std::list<Waiting>& waiting = topic.second.waiting;
    std::vector<Published> late;
    while (waiting.size() > 1 && std::next(waiting.begin())->since_ns < before_ns)
        late.push_back(take(topic.second, std::next(waiting.begin())).done);
    const bool may_be_stored = topic.second.state != State::not_sent;
    settle(topic, {0,
                   may_be_stored ? "the source has not said whether it took it: it may still come"
                                 : "the source is away, see /healthz: it was not sent",
                   NotTaken::away});
    for (const Published& done : late)
        refuse(done, NotTaken::away, "the source is away or slow, see /healthz: it was not sent");
}

void Numbering::give_up() {
    is_live_ = false;
    tell_stored(UINT64_MAX);
    while (!firsts_.empty())
        settle(*firsts_.begin()->second,
               {0, "the server ends: the source has not said whether it took it", NotTaken::away});
}

Numbering::Counts Numbering::counts() const {
    Counts counts = counts_;
    for (const auto& [id, topic] : firsts_)
        if (topic->second.state == State::sent) ++counts.in_flight;
    return counts;
}

std::map<std::string, std::uint64_t> Numbering::heads() const {
    std::map<std::string, std::uint64_t> heads;
    for (const auto& [name, topic] : topics_)
        if (topic.head != 0) heads.emplace(name, topic.head);
    return heads;
}

}  // namespace pushbench::jetstream
