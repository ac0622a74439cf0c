// What the library calls back with, on its own threads.
#include <utility>

#include "notify/clock.hpp"
#include "notify/utf8.hpp"
#include "source/jetstream/session.hpp"
#include "source/jetstream/subject.hpp"

namespace pushbench::jetstream {
namespace {

/// Empty where there is no such header.
std::string_view header(natsMsg* message, const char* name) {
    const char* value = nullptr;
    if (natsMsgHeader_Get(message, name, &value) != NATS_OK || value == nullptr) return {};
    return value;
}

std::string payload_of(natsMsg* message) {
    const int size = natsMsg_GetDataLength(message);
    return size == 0 ? std::string{} : std::string{natsMsg_GetData(message), static_cast<std::size_t>(size)};
}

/// Empty where it is none that a client could follow.
std::string topic_of(std::string_view prefix, std::string_view subject) {
    const auto token = token_behind(prefix, subject);
    if (!token) return {};
    auto topic = from_token(*token);
    if (!topic || topic->size() > 128 || !is_utf8(*topic)) return {};
    return std::move(*topic);
}

}  // namespace

void Session::on_message(natsMsg* message) {
    const char* reply = natsMsg_GetReply(message);
    const std::string_view subject = natsMsg_GetSubject(message);
    if (subject.starts_with(answers_)) {
        const auto id = parse_number(subject.substr(answers_.size()));
        if (!id) return;
        Answer answer;
        if (natsMsg_IsNoResponders(message))
            answer.problem = "nobody there takes messages of stream '" + options_.stream + "'";
        else
            answer = parse_answer(payload_of(message));
        return tell_(Answered{*id, std::move(answer)});
    }
    // No message of the stream has such a subject, or it would not be the source.
    if (subject.starts_with(asked_)) return on_asked(message, subject);
    heard_ns_ = now_ns();
    if (reply != nullptr && std::string_view{reply}.starts_with("$JS.ACK."))
        return on_delivered(message, reply);
    if (const std::string_view status = header(message, "Status"); !status.empty())
        on_status(message, status);
}

void Session::on_delivered(natsMsg* message, std::string_view reply) {
    const auto position = parse_position(reply);
    if (!position) return break_with("a message without its position: '" + std::string{reply} + "'");
    if (position->consumer_seq != consumer_seq_ + 1)
        return break_with("messages were lost on the way: " + std::to_string(consumer_seq_ + 1) +
                          " was to come, and " + std::to_string(position->consumer_seq) + " came");
    consumer_seq_ = position->consumer_seq;
    Delivered delivered;
    delivered.stream_seq = position->stream_seq;
    delivered.topic = topic_of(prefix_, natsMsg_GetSubject(message));
    if (const auto seq = parse_number(header(message, kSeqHeader)); seq && !delivered.topic.empty()) {
        delivered.seq = *seq;
        const auto times = parse_times(header(message, kTimesHeader)).value_or(Times{});
        delivered.due_ns = times.due_ns;
        delivered.sent_ns = times.sent_ns;
        delivered.own_id = parse_id(header(message, kIdHeader), options_.process).value_or(0);
        delivered.payload = payload_of(message);
    }
    tell_(std::move(delivered));
    if (position->pending == 0) caught_up();
}

/// Idle heartbeats, which tell what should have come by then, and checkpoints.
void Session::on_status(natsMsg* message, std::string_view status) {
    if (status != "100")
        return break_with("the consumer is over: " + std::string{status} + " " +
                          std::string{header(message, "Description")});
    if (const char* reply = natsMsg_GetReply(message); reply != nullptr && *reply != '\0')
        return tell_(Checkpoint{reply});
    if (const std::string_view stalled = header(message, "Nats-Consumer-Stalled"); !stalled.empty())
        return tell_(Checkpoint{std::string{stalled}});
    const auto last = parse_number(header(message, "Nats-Last-Consumer"));
    if (!last) return;
    if (*last != consumer_seq_)
        return break_with("messages were lost on the way: " + std::to_string(*last) + " were sent, and " +
                          std::to_string(consumer_seq_) + " came");
    caught_up();
}

void Session::on_asked(natsMsg* message, std::string_view subject) {
    const char* reply = natsMsg_GetReply(message);
    const std::string to = reply == nullptr ? "" : reply;
    std::string topic = topic_of(publish_prefix(options_.stream), subject);
    if (topic.empty()) {
        if (!to.empty())
            natsConnection_PublishString(
                connection_.get(), to.c_str(),
                R"({"error":"bad topic: expected one token, what is no letter or digit as %2E"})");
        return;
    }
    tell_(Asked{std::move(topic), payload_of(message), to});
}

}  // namespace pushbench::jetstream
