// What the stream delivers: heads, holes, and the way on to the logs.
#include <algorithm>

#include "notify/utf8.hpp"
#include "source/jetstream/numbering.hpp"

namespace pushbench::jetstream {

void Numbering::delivered(const Delivered& message) {
    if (message.stream_seq <= counts_.consumed) return;
    note_hole(message);
    counts_.consumed = message.stream_seq;
    // A number above the message's own place in the stream is no number of ours.
    const bool is_ours = message.seq != 0 && message.seq <= message.stream_seq;
    Entry* topic = nullptr;
    if (is_ours)
        topic = find_or_create(message.topic);
    else if (const auto found = topics_.find(message.topic); found != topics_.end())
        topic = &*found;
    if (topic != nullptr && is_ours && message.seq > topic->second.head)
        hand_on(*topic, message);
    else
        ++counts_.ignored;
    if (topic != nullptr)
        note_last(*topic, message);
    else if (is_ours)
        forgotten_ = std::max(forgotten_, message.seq);  // there are too many topics
    tell_stored(counts_.consumed);
}

void Numbering::note_last(Entry& topic, const Delivered& message) {
    Topic& it = topic.second;
    it.last = message.stream_seq;
    it.heard_ns = clock_();
    if (it.waiting.empty()) return;
    if (it.waiting.front().id == message.own_id) return settle(topic, {message.seq, {}});
    if (it.state == State::beaten && it.beaten_by <= message.stream_seq) try_first(topic);
}

/// Stream sequences have no holes but where messages were removed: by a limit, or by hand.
void Numbering::note_hole(const Delivered& message) {
    if (message.stream_seq != counts_.consumed + 1) unseen_ = message.stream_seq - 1;
}

void Numbering::hand_on(Entry& topic, const Delivered& message) {
    Topic& it = topic.second;
    it.numbered = std::max(it.numbered, message.seq);
    if (!is_utf8(message.payload)) {
        ++counts_.ignored;
        return;
    }
    if (message.seq != it.head + 1) {
        // Numbers go on from further up where whoever gave them did not know the topic, and nobody has missed
        // anything; or messages of it were removed before they came here, and who follows it has.
        const std::uint64_t seen = it.last == 0 ? unseen_at_start_ : it.last;
        broker_.skip(topic.first, message.seq - 1, was_live_ && unseen_ > seen);
    }
    it.head = message.seq;
    broker_.append(topic.first, message.seq,
                   {message.seq, topic.first, message.due_ns, message.sent_ns, message.payload});
}

void Numbering::caught_up(std::uint64_t last_stream_seq) {
    if (last_stream_seq > counts_.consumed) unseen_ = counts_.consumed = last_stream_seq;
    if (!was_live_) unseen_at_start_ = unseen_;
    is_live_ = was_live_ = true;
    tell_stored(counts_.consumed);
    for (const auto& [id, topic] : firsts_) {
        if (topic->second.state == State::unknown)
            try_again(*topic);
        else if (topic->second.state == State::not_sent)
            try_first(*topic);
    }
}

void Numbering::forget_unpublished(std::int64_t unpublished_ns) {
    const std::int64_t before_ns = clock_() - unpublished_ns;
    std::erase_if(topics_, [&](const auto& topic) {
        if (topic.second.heard_ns >= before_ns || !topic.second.waiting.empty()) return false;
        forgotten_ = std::max(forgotten_, topic.second.numbered);
        broker_.forget(topic.first, 0);
        return true;
    });
}

}  // namespace pushbench::jetstream
