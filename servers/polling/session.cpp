#include "polling/session.hpp"

#include "http/wanted.hpp"
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
    std::string date;  // an answer says when it was made
    std::shared_ptr<const std::string> message;
};
thread_local LastAnswer last_answer;

bool bad_wait(std::string_view text, std::int64_t& wait_ns) {
    const auto parsed = parse_duration_ns(text);
    if (!parsed || *parsed > kLongestWaitNs) return true;
    wait_ns = *parsed;
    return false;
}

}  // namespace

PollSession::PollSession(HttpConnection& connection, const Wanted& wanted) : connection_(connection) {
    gaps_ = reader_.follow(connection.worker().hub, *this, wanted.topics, wanted.from);
    names_cursor_ = wanted.from.after.empty();
}

bool PollSession::has_news() const {
    return reader_.behind() || !gaps_.empty();
}

void PollSession::answer() {
    auto& counters = connection_.worker().counters;
    const bool shareable = reader_.topic_count() == 1 && gaps_.empty() && connection_.cors().empty() &&
                           connection_.persistence() == Persistence::keep;
    const Subscription* only = shareable ? &reader_.only() : nullptr;
    LastAnswer& last = last_answer;
    if (only && last.message && last.after == only->cursor && last.head == only->log().head() &&
        last.topic == only->topic().name() && last.date == date_line()) {
        counters.deliveries.add(last.notifications);
        return connection_.respond(last.message);
    }
    LastAnswer next;
    if (only)
        next = {only->topic().name(), only->cursor, only->log().head(), 0, std::string{date_line()}, nullptr};
    Answer answer = take_answer(reader_, gaps_);
    counters.deliveries.add(answer.notifications);
    counters.gaps.add(answer.gaps);
    next.notifications = answer.notifications;
    const Response response{200, "application/json", std::move(answer.body), {}};
    next.message = std::make_shared<const std::string>(
        serialize(response, connection_.cors(), connection_.persistence()));
    auto message = next.message;
    if (only && answer.gaps == 0) last = std::move(next);
    connection_.respond(std::move(message));
}

void PollSession::answer_empty() {
    connection_.worker().counters.empty_polls.add(1);
    Response response{204, {}, {}, {}};
    if (names_cursor_) response.headers = "Cursor: " + reader_.cursor_text() + "\r\n";
    connection_.respond(response);
}

void PollSession::wake() {
    answer();
}

void handle_poll(HttpConnection& connection, const Request& request) {
    const auto wanted = read_wanted(connection, request);
    if (!wanted) return;
    std::int64_t wait_ns = 0;
    const auto wait = request.target.find("wait");
    if (wait && bad_wait(*wait, wait_ns)) {
        return connection.respond(text_response(
            400,
            "bad wait '" + std::string{*wait} + "': expected a duration up to 10m, such as 25s or 500ms"));
    }
    auto session = std::make_unique<PollSession>(connection, *wanted);
    if (session->has_news()) return session->answer();
    if (wait_ns == 0) return session->answer_empty();
    connection.park(std::move(session), wait_ns);
}

}  // namespace pushbench::polling
