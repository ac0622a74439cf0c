#include "source/jetstream/jetstream_source.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/json.hpp>
#include <chrono>
#include <utility>

#include "notify/clock.hpp"

namespace pushbench::jetstream {
namespace {

constexpr auto kLook = std::chrono::milliseconds{250};
constexpr std::int64_t kSayAgainNs = 5'000'000'000;
/// How long a refusal of the stream, such as a full disk, is held against it.
constexpr std::int64_t kUnwellNs = 5'000'000'000;
/// By how much longer a topic is remembered here than its messages are there.
constexpr std::int64_t kLongerNs = 60'000'000'000;

std::string text_of(const Publication& publication) {
    if (publication.seq != 0) return "{\"seq\":" + std::to_string(publication.seq) + "}";
    return boost::json::serialize(boost::json::object{{"error", publication.problem}});
}

}  // namespace

JetStreamSource::JetStreamSource(boost::asio::io_context& io, Broker& broker, LinkOptions options,
                                 const NumberingLimits& limits, std::int64_t topic_ttl_ns)
    : io_(io),
      timer_(io),
      topic_ttl_ns_(topic_ttl_ns),
      name_("source nats '" + options.stream + "'"),
      link_(std::move(options), [this] { boost::asio::post(io_, [this] { work_off(); }); }),
      numbering_(broker, *this, limits, now_ns) {}

void JetStreamSource::start(SourceEvents events) {
    events_ = std::move(events);
    why_away_ = "not connected yet";
    link_.start();
    look_after();
}

void JetStreamSource::stop() {
    stopped_ = true;
    timer_.cancel();
    numbering_.give_up();
}

void JetStreamSource::publish(std::string_view topic, std::string_view payload, std::int64_t due_ns,
                              std::int64_t sent_ns, const Published& done) {
    if (stopped_) {
        if (done) done({0, "the server ends", NotTaken::away});
        return;
    }
    numbering_.publish(topic, payload, due_ns, sent_ns, done);
}

void JetStreamSource::work_off() {
    if (stopped_) return;
    for (const Event& event : link_.take()) {
        std::visit([this](const auto& it) { on(it); }, event);
        if (stopped_) return;
    }
    link_.set_consumed(numbering_.consumed());
    stream_seq_ = std::max(stream_seq_, numbering_.consumed());
}

void JetStreamSource::on(const Opened& opened) {
    ++opened_;
    max_age_ns_ = opened.max_age_ns;
    stream_seq_ = std::max(stream_seq_, opened.last_stream_seq);
    // What stands beside the payload counts as well: subject, headers, the topic up to three times as long.
    constexpr std::size_t kBeside = 1024;
    numbering_.set_most_payload_bytes(opened.most_payload_bytes -
                                      std::min(opened.most_payload_bytes, kBeside));
    why_away_ = "replaying what was published";
    if (!std::exchange(began_, true)) events_.begins(epoch_of(opened.created_ns));
}

void JetStreamSource::on(const CaughtUp& caught_up) {
    numbering_.caught_up(caught_up.last_stream_seq);
    why_away_.clear();
    if (said_away_ns_ != 0) events_.says(name_ + ": is there");
    said_away_ns_ = 0;
    if (!std::exchange(is_ready_, true)) events_.is_ready();
}

void JetStreamSource::on(const Closed& closed) {
    numbering_.lost();
    why_away_ = closed.why;
    const std::int64_t now = now_ns();
    if (said_away_ns_ != 0 && now - said_away_ns_ < kSayAgainNs) return;
    said_away_ns_ = now;
    events_.says(name_ + ": " + closed.why + "; waiting for it");
}

void JetStreamSource::on(const Answered& answered) {
    if (answered.answer.kind == Answer::Kind::refused) {
        why_refused_ = answered.answer.problem;
        refused_ns_ = now_ns();
    } else if (answered.answer.kind == Answer::Kind::stored) {
        why_refused_.clear();
        stream_seq_ = std::max(stream_seq_, answered.answer.stream_seq);
    }
    numbering_.answered(answered.id, answered.answer);
}

void JetStreamSource::on(const Asked& asked) {
    const std::int64_t now = now_ns();
    publish(asked.topic, asked.payload, now, now,
            [this, reply = asked.reply](const Publication& publication) {
                if (!reply.empty()) link_.reply(reply, text_of(publication));
            });
}

void JetStreamSource::on(const Complained& complained) {
    const std::int64_t now = now_ns();
    if (now - refused_ns_ >= kSayAgainNs) events_.says(name_ + ": " + complained.why);
    why_refused_ = complained.why;
    refused_ns_ = now;
}

void JetStreamSource::on(const Failed& failed) {
    why_away_ = failed.why;
    events_.failed(name_ + ": " + failed.why);
}

void JetStreamSource::look_after() {
    numbering_.look_after();
    say_ignored();
    timer_.expires_after(kLook);
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error && !stopped_) look_after();
    });
}

void JetStreamSource::say_ignored() {
    const std::uint64_t ignored = numbering_.counts().ignored;
    const std::int64_t now = now_ns();
    if (ignored == said_ignored_ || (said_ignored_ns_ != 0 && now - said_ignored_ns_ < kSayAgainNs)) return;
    events_.says(name_ + ": " + std::to_string(ignored - said_ignored_) +
                 " messages passed over: not numbered by a server, see docs/servers.md for how to publish");
    said_ignored_ = ignored;
    said_ignored_ns_ = now;
}

/// Only what the stream has forgotten as well: else its number would be asked for again.
void JetStreamSource::forget_unpublished() {
    if (max_age_ns_ > 0 && topic_ttl_ns_ > 0)
        numbering_.forget_unpublished(std::max(max_age_ns_ + kLongerNs, topic_ttl_ns_));
}

std::string JetStreamSource::why_unwell() const {
    if (!why_away_.empty()) return name_ + ": " + why_away_;
    if (!why_refused_.empty() && now_ns() - refused_ns_ < kUnwellNs) return name_ + ": " + why_refused_;
    return {};
}

std::vector<SourceMetric> JetStreamSource::metrics() const {
    const NumberingCounts counts = numbering_.counts();
    return {
        {"connected", "gauge", "1 while the shared source is there and all of it has come.",
         why_away_.empty() ? 1U : 0U},
        {"sessions_total", "counter", "Times that the stream was consumed anew.", opened_},
        {"waiting", "gauge", "Notifications that the source has not taken yet.", counts.waiting},
        {"in_flight", "gauge", "Those of them that are on their way to it.", counts.in_flight},
        {"refused_total", "counter", "Notifications that were not taken.", counts.refused},
        {"conflicts_total", "counter", "Times that another server was faster.", counts.conflicts},
        {"repeated_total", "counter", "Tries after one that had no answer.", counts.repeated},
        {"ignored_total", "counter", "Messages of the stream that no server has numbered.", counts.ignored},
        {"stream_sequence", "gauge", "Sequence of the last message that has come.", counts.consumed},
        {"lag", "gauge", "Messages known to be stored that have not come yet.",
         stream_seq_ - std::min(stream_seq_, counts.consumed)},
    };
}

}  // namespace pushbench::jetstream
