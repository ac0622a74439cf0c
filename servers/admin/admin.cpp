#include "admin/admin.hpp"

#include <array>
#include <boost/json.hpp>
#include <chrono>
#include <memory>
#include <utility>

#include "notify/clock.hpp"
#include "notify/utf8.hpp"

namespace pushbench {
namespace {

constexpr std::string_view kJson = "application/json";

Admin& admin_of(const Request& request) {
    return request.state<Admin>();
}

Response json_response(unsigned status, std::string body) {
    return {status, kJson, std::move(body), {}};
}

unsigned status_of(NotTaken why) {
    switch (why) {
        case NotTaken::invalid:
            return 400;
        case NotTaken::too_large:
            return 413;
        case NotTaken::away:
            return 503;
        case NotTaken::full:
            break;
    }
    return 507;
}

/// A publication whose client waits for what becomes of it, unless he has left.
struct PendingPublish {
    Exchange* exchange = nullptr;

    void answer(const Publication& publication) {
        Exchange* const waiting = std::exchange(exchange, nullptr);
        if (waiting == nullptr) return;
        if (publication.seq == 0)
            return waiting->respond(text_response(status_of(publication.why), publication.problem));
        waiting->respond(json_response(200, "{\"seq\":" + std::to_string(publication.seq) + "}"));
    }
};

class ParkedPublish final : public Parked {
 public:
    explicit ParkedPublish(std::shared_ptr<PendingPublish> pending) : pending_(std::move(pending)) {}
    ~ParkedPublish() override { pending_->exchange = nullptr; }
    ParkedPublish(const ParkedPublish&) = delete;
    ParkedPublish& operator=(const ParkedPublish&) = delete;
    void answer_empty() override {
        pending_->answer(
            {0, "the source has not said whether it took it: it may still come", NotTaken::away});
    }

 private:
    const std::shared_ptr<PendingPublish> pending_;
};

/// By how much longer a client waits than the source does, which has an answer by then.
constexpr std::int64_t kGraceNs = 2'000'000'000;

void publish(Exchange& exchange, const Request& request) {
    const std::string topic{request.target.find("topic").value_or("default")};
    if (!is_topic_name(topic)) return exchange.respond(text_response(400, bad_topic().line));
    if (!is_utf8(request.body)) return exchange.respond(text_response(400, kBadPayload));
    const std::int64_t now = now_ns();
    AdminTarget& target = admin_of(request).target();
    const auto pending = std::make_shared<PendingPublish>(PendingPublish{&exchange});
    target.sink().publish(topic, request.body, now, now,
                          [pending](const Publication& publication) { pending->answer(publication); });
    // A source that is elsewhere answers later.
    if (pending->exchange != nullptr)
        exchange.park(std::make_unique<ParkedPublish>(pending), target.longest_wait_ns() + kGraceNs);
}

void post_schedule(Exchange& exchange, const Request& request) {
    std::string problem;
    const auto options = parse_schedule(request.body, problem);
    if (!options) return exchange.respond(text_response(400, problem));
    if (const std::size_t most = admin_of(request).target().max_topics(); options->topics > most)
        return exchange.respond(
            text_response(400, "bad schedule: topics is " + std::to_string(options->topics) +
                                   ", expected at most " + std::to_string(most) + ", see --max-topics"));
    if (!admin_of(request).start_schedule(*options))
        return exchange.respond(
            text_response(409, "a schedule is running: wait, or end it by DELETE /schedule"));
    exchange.respond(json_response(202, admin_of(request).schedule_status()));
}

void delete_schedule(Exchange& exchange, const Request& request) {
    admin_of(request).stop_schedule();
    exchange.respond(json_response(200, admin_of(request).schedule_status()));
}

void get_schedule(Exchange& exchange, const Request& request) {
    exchange.respond(json_response(200, admin_of(request).schedule_status()));
}

void get_topics(Exchange& exchange, const Request& request) {
    boost::json::object heads;
    for (const auto& [name, head] : admin_of(request).target().heads()) heads[name] = head;
    exchange.respond(json_response(200, boost::json::serialize(heads)));
}

void get_metrics(Exchange& exchange, const Request& request) {
    exchange.respond({200, "text/plain; version=0.0.4", admin_of(request).target().metrics(), {}});
}

void get_healthz(Exchange& exchange, const Request& request) {
    const std::string why = admin_of(request).target().why_unwell();
    exchange.respond(why.empty() ? text_response(200, "ok") : text_response(503, why));
}

constexpr std::array<Route, 7> kRoutes{{
    {"POST", "/publish", publish},
    {"GET", "/schedule", get_schedule},
    {"POST", "/schedule", post_schedule},
    {"DELETE", "/schedule", delete_schedule},
    {"GET", "/topics", get_topics},
    {"GET", "/metrics", get_metrics},
    {"GET", "/healthz", get_healthz},
}};

}  // namespace

Admin::Admin(boost::asio::io_context& io, AdminTarget& target, const ServerOptions& options,
             std::string token)
    : target_(target), timer_(io) {
    service_.routes.assign(kRoutes.begin(), kRoutes.end());
    for (Route& route : service_.routes) {
        route.state = this;
        if (route.path == "/publish") route.most_body_bytes = options.limits.body_bytes;
        if (route.path == "/schedule" && route.method == "POST")
            route.most_body_bytes = options.limits.schedule_bytes;
    }
    service_.counted = false;
    service_.guard = {.hosts = options.allow_host, .keeps_pages_out = true, .token = std::move(token)};
}

void Admin::stop_schedule() {
    stopped_ = true;
    timer_.cancel();
}

bool Admin::running() const {
    return publisher_ && !stopped_ && !publisher_->done();
}

bool Admin::start_schedule(const ScheduleOptions& options) {
    if (running()) return false;
    // A moment of lead, so that the first notification is not late by the time this answer takes.
    const std::int64_t start_ns = now_ns() + 2'000'000;
    publisher_ = std::make_unique<Publisher>(Schedule{options}, target_.sink(), now_ns, start_ns);
    stopped_ = false;
    run_publisher();
    return true;
}

void Admin::run_publisher() {
    if (!running()) return;
    const auto next_ns = publisher_->run();
    if (!next_ns) return;
    timer_.expires_at(std::chrono::steady_clock::time_point{std::chrono::nanoseconds{*next_ns}});
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error) run_publisher();
    });
}

std::string Admin::schedule_status() const {
    boost::json::object status{{"running", running()},
                               {"published", publisher_ ? publisher_->published() : 0},
                               {"count", publisher_ ? publisher_->options().count : 0},
                               {"due_first_ns", publisher_ ? publisher_->first_due_ns() : 0},
                               {"due_last_ns", publisher_ ? publisher_->last_due_ns() : 0}};
    return boost::json::serialize(status);
}

}  // namespace pushbench
