// The publisher's own thread: takes orders, sends what is due, and waits for what comes next.
#include <pthread.h>
#include <sched.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>

#include "loadgen/measure/clock.hpp"
#include "loadgen/measure/process.hpp"
#include "loadgen/publish/url_publisher.hpp"
#include "notify/publisher.hpp"

namespace pushbench::loadgen {
namespace {

constexpr std::int64_t opening_limit_ns = 2 * ns_per_s;

void bind_this_thread(int cpu) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(static_cast<unsigned>(cpu), &set);
    pthread_setaffinity_np(pthread_self(), sizeof set, &set);
}

ScheduleOptions options_of(const ScheduleOrder& order) {
    return {.rate_per_s = order.rate_per_s,
            .payload_bytes = order.payload_bytes,
            .arrival = order.arrival == "poisson" ? Arrival::poisson : Arrival::constant,
            .seed = order.seed,
            .topics = order.topics,
            .topic = order.topic,
            .count = order.count};
}

}  // namespace

void UrlPublisher::run() {
    pthread_setname_np(pthread_self(), "publisher");
    prctl(PR_SET_TIMERSLACK, 1);  // ns; by default every wait is up to 50 us longer than asked
    if (settings_.cpu) bind_this_thread(*settings_.cpu);
    payload_.reserve(4096);
    while (take_orders()) {
        const std::int64_t now = now_ns();
        for (const auto& link : links_) link->on_time(now);
        pull_due(now);
        deal_out(now);
        note_progress(now);
        wait();
    }
    for (const auto& link : links_) link->say_goodbye();
}

bool UrlPublisher::take_orders() {
    std::optional<ScheduleOrder> order;
    {
        const std::scoped_lock lock{mutex_};
        if (quit_) return false;
        if (stop_) {
            order_.reset();
            ordered_ns_ = 0;
            schedule_.reset();
            for (auto& lane : lanes_) lane.clear();
            stop_ = false;
        }
        order = order_;
    }
    if (order && may_begin(now_ns())) begin(*order);
    return true;
}

/// Connections are there before the clock starts: the first notifications would pay for them.
bool UrlPublisher::may_begin(std::int64_t now_ns) {
    if (ordered_ns_ == 0) ordered_ns_ = now_ns;
    if (!opened_ && !settings_.route.fresh)
        for (const auto& link : links_) link->open(now_ns);
    opened_ = true;
    return now_ns - ordered_ns_ > opening_limit_ns ||
           std::all_of(links_.begin(), links_.end(), [](const auto& link) { return link->was_tried(); });
}

void UrlPublisher::begin(const ScheduleOrder& order) {
    schedule_.emplace(options_of(order));
    payload_ = payload_text(order.payload_bytes);
    ordered_ns_ = 0;
    begin_ns_ = now_ns();
    cpu_begin_ns_ = thread_cpu_ns();
    wire_begin_ = wire();
    const std::scoped_lock lock{mutex_};
    order_.reset();
    report_.sent = report_.taken = report_.held_up = report_.sent_again = 0;
    report_.statuses.clear();
    report_.lateness = report_.answers = Histogram{};
    if (proven_) return;
    report_.connect_failures = 0;  // a name's first address may be one where nobody listens
    if (report_.errors == 0) report_.first_error.clear();
}

void UrlPublisher::pull_due(std::int64_t now_ns) {
    while (schedule_ && !schedule_->done()) {
        const std::int64_t due_ns = begin_ns_ + schedule_->peek().due_after_ns;
        if (due_ns > now_ns) return;
        const std::uint32_t topic = schedule_->next().topic;
        lanes_[topic % lanes_.size()].push_back({topic, due_ns});
        const std::scoped_lock lock{mutex_};
        if (!state_.due_first_ns) state_.due_first_ns = due_ns;
        state_.due_last_ns = due_ns;
    }
}

void UrlPublisher::deal_out(std::int64_t now_ns) {
    for (std::size_t k = 0; k != links_.size(); ++k) {
        std::deque<Due>& lane = lanes_[k % lanes_.size()];
        while (!lane.empty() && links_[k]->free()) {
            const Due due = lane.front();
            lane.pop_front();
            std::uint64_t number = 0;
            {
                const std::scoped_lock lock{mutex_};
                number = numbers_[due.topic].next();
            }
            links_[k]->send({due.topic, number, due.due_ns, 0}, now_ns);
        }
    }
    for (auto& lane : lanes_)
        for (auto late = lane.rbegin(); late != lane.rend() && !late->held_up; ++late) {
            late->held_up = true;
            const std::scoped_lock lock{mutex_};
            ++report_.held_up;
        }
}

bool UrlPublisher::busy() const {
    return (schedule_ && !schedule_->done()) ||
           std::any_of(lanes_.begin(), lanes_.end(), [](const auto& lane) { return !lane.empty(); }) ||
           std::any_of(links_.begin(), links_.end(), [](const auto& link) { return link->holds_letter(); });
}

WireCounts UrlPublisher::wire() const {
    WireCounts all;
    for (const auto& link : links_) all += link->wire();
    return all;
}

void UrlPublisher::note_progress(std::int64_t now_ns) {
    const bool goes_on = busy();
    const WireCounts sent =
        goes_on ? WireCounts{} : wire();  // a system call a connection, so only at the end
    const std::scoped_lock lock{mutex_};
    if (!state_.running || order_) return;
    report_.seconds = static_cast<double>(now_ns - begin_ns_) / 1e9;
    report_.cpu_s = static_cast<double>(thread_cpu_ns() - cpu_begin_ns_) / 1e9;
    if (goes_on) return;
    report_.wire = sent - wire_begin_;
    state_.running = false;
    proven_ = proven_ || (report_.errors == 0 && report_.taken != 0);
    settled_.notify_all();
}

void UrlPublisher::wait() {
    waited_.assign(1, {wake_fd_, POLLIN, 0});
    std::int64_t until_ns =
        schedule_ && !schedule_->done() ? begin_ns_ + schedule_->peek().due_after_ns : INT64_MAX;
    if (ordered_ns_ != 0) until_ns = std::min(until_ns, ordered_ns_ + opening_limit_ns);
    for (const auto& link : links_) {
        waited_.push_back({link->fd(), link->events(), 0});  // poll passes over -1
        until_ns = std::min(until_ns, link->next_ns());
    }
    const std::int64_t left_ns = std::max<std::int64_t>(0, until_ns - now_ns());
    const timespec left{left_ns / ns_per_s, left_ns % ns_per_s};
    if (ppoll(waited_.data(), waited_.size(), until_ns == INT64_MAX ? nullptr : &left, nullptr) <= 0) return;
    std::uint64_t woken = 0;
    if (waited_[0].revents != 0) (void)!::read(wake_fd_, &woken, sizeof woken);
    const std::int64_t now = now_ns();
    for (std::size_t k = 0; k != links_.size(); ++k)
        if (waited_[k + 1].revents != 0) links_[k]->on_events(now);
}

}  // namespace pushbench::loadgen
