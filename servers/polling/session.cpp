#include "polling/session.hpp"

#include "http/wanted.hpp"
#include "net/worker.hpp"
#include "notify/duration.hpp"

namespace pushbench::polling {
namespace {

constexpr std::int64_t kLongestWaitNs = 600'000'000'000;

/// A broadcast wakes many polls that stand at the same cursor, and all get the same answer. The last one is
/// kept, so that it is put together once. One of these a thread.
struct LastAnswer {
    std::string topic;
    std::uint64_t after = 0;
    std::uint64_t head = 0;
    std::size_t notifications = 0;
    std::shared_ptr<const SharedResponse> response;

    bool is_for(const Subscription& poll) const {
        return response && after == poll.cursor && head == poll.log().head() &&
               topic == poll.topic().name() && response->is_of_now();
    }
};
thread_local LastAnswer last_answer;

bool bad_wait(std::string_view text, std::int64_t& wait_ns) {
    const auto parsed = parse_duration_ns(text);
    if (!parsed || *parsed > kLongestWaitNs) return true;
    wait_ns = *parsed;
    return false;
}

}  // namespace

PollSession::PollSession(Exchange& exchange, const Wanted& wanted, NothingNew nothing_new)
    : exchange_(exchange), nothing_new_(nothing_new) {
    gaps_ = reader_.follow(exchange.worker().hub, *this, wanted.topics, wanted.from);
}

bool PollSession::has_news() const {
    return reader_.behind() || !gaps_.empty();
}

void PollSession::answer() {
    auto& counters = exchange_.worker().counters;
    const bool is_shareable =
        reader_.topic_count() == 1 && gaps_.empty() && nothing_new_ != NothingNew::not_modified;
    if (is_shareable && last_answer.is_for(reader_.only())) {
        counters.deliveries.add(last_answer.notifications);
        return exchange_.respond(last_answer.response);
    }
    LastAnswer next;
    if (is_shareable) {
        const Subscription& only = reader_.only();
        next = {only.topic().name(), only.cursor, only.log().head(), 0, nullptr};
    }
    Answer answer = take_answer(reader_, gaps_);
    counters.deliveries.add(answer.notifications);
    counters.gaps.add(answer.gaps);
    next.notifications = answer.notifications;
    std::string headers = nothing_new_ == NothingNew::not_modified ? etag_line(reader_.cursor_text()) : "";
    next.response = std::make_shared<const SharedResponse>(
        Response{200, "application/json", std::move(answer.body), std::move(headers)});
    const auto response = next.response;
    if (is_shareable && answer.gaps == 0) last_answer = std::move(next);
    exchange_.respond(response);
}

void PollSession::answer_empty() {
    exchange_.worker().counters.empty_polls.add(1);
    exchange_.respond(empty_answer(nothing_new_, reader_));
}

void PollSession::wake() {
    answer();
}

void handle_poll(Exchange& exchange, const Request& request) {
    std::string problem;
    const auto asked = read_asked(request, problem);
    if (!asked) return exchange.respond(text_response(400, problem));
    const auto wanted = read_wanted(exchange, request, asked->tag);
    if (!wanted) return;
    std::int64_t wait_ns = 0;
    const auto wait = request.target.find("wait");
    if (wait && bad_wait(*wait, wait_ns)) {
        return exchange.respond(text_response(
            400,
            "bad wait '" + std::string{*wait} + "': expected a duration up to 10m, such as 25s or 500ms"));
    }
    auto session = std::make_unique<PollSession>(exchange, *wanted, asked->nothing_new);
    if (session->has_news()) return session->answer();
    if (wait_ns == 0) return session->answer_empty();
    exchange.park(std::move(session), wait_ns);
}

}  // namespace pushbench::polling
