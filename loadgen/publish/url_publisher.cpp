#include "loadgen/publish/url_publisher.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "loadgen/measure/format.hpp"
#include "loadgen/message/marker.hpp"
#include "loadgen/wire/failure.hpp"

namespace pushbench::loadgen {

UrlPublisher::UrlPublisher(UrlPublisherSettings settings)
    : settings_{std::move(settings)},
      numbers_(settings_.topics.size()),
      wake_fd_{eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)} {
    LetterBook& book = *this;
    for (std::uint32_t i = 0; i != settings_.connections; ++i)
        links_.push_back(settings_.make_carrier(settings_.route, i, book));
    const bool keeps_order = settings_.topics.size() >= links_.size();
    lanes_.resize(keeps_order ? links_.size() : 1);
    report_.url = settings_.route.shown;
    report_.connections = settings_.connections;
    report_.keeps_order = keeps_order;
    report_.cpu = settings_.cpu;
    thread_ = std::thread{[this] { run(); }};
}

UrlPublisher::~UrlPublisher() {
    {
        const std::scoped_lock lock{mutex_};
        quit_ = true;
    }
    wake();
    thread_.join();
    ::close(wake_fd_);
}

void UrlPublisher::wake() const {
    const std::uint64_t one = 1;
    (void)!::write(wake_fd_, &one, sizeof one);
}

// ---- asked by the trial

void UrlPublisher::start(const ScheduleOrder& order) {
    {
        const std::scoped_lock lock{mutex_};
        order_ = order;
        stop_ = false;
        state_ = {.running = true, .published = 0, .due_first_ns = std::nullopt, .due_last_ns = std::nullopt};
    }
    wake();
}

void UrlPublisher::stop() {
    std::unique_lock lock{mutex_};
    if (!state_.running) return;
    stop_ = true;
    wake();
    settled_.wait_for(lock, std::chrono::seconds{1}, [&] { return !state_.running; });
}

ScheduleState UrlPublisher::state() {
    const std::scoped_lock lock{mutex_};
    const auto all_tries = static_cast<std::int64_t>(
        settings_.connections * std::max<std::size_t>(1, settings_.route.target.addresses.size()));
    const bool no_way_in = report_.connect_failures >= all_tries && report_.taken == 0;
    if (!proven_ && (report_.errors != 0 || no_way_in)) throw Failure(report_.first_error);
    return state_;
}

template <class Read>
std::vector<std::uint64_t> UrlPublisher::by_topic(const std::vector<std::string>& topics, Read read) {
    const std::scoped_lock lock{mutex_};
    std::vector<std::uint64_t> values;
    values.reserve(topics.size());
    for (std::size_t i = 0; i != topics.size(); ++i) {
        // In our own order, as a rule.
        const auto& own = settings_.topics;
        const auto at =
            i < own.size() && own[i] == topics[i]
                ? i
                : static_cast<std::size_t>(std::find(own.begin(), own.end(), topics[i]) - own.begin());
        values.push_back(at < own.size() ? read(numbers_[at]) : 0);
    }
    return values;
}

std::vector<std::uint64_t> UrlPublisher::heads(const std::vector<std::string>& topics) {
    return by_topic(topics, [](const Numbering& numbers) { return numbers.head(); });
}

std::vector<std::uint64_t> UrlPublisher::untaken(const std::vector<std::string>& topics) {
    return by_topic(topics, [](const Numbering& numbers) { return numbers.untaken(); });
}

std::optional<PublishReport> UrlPublisher::report() {
    const std::scoped_lock lock{mutex_};
    return report_;
}

// ---- what became of it

TemplateValues UrlPublisher::write(const Letter& letter) {
    const std::string& topic = settings_.topics[letter.topic];
    marker_.clear();
    append_marker(marker_, topic, letter.number, letter.due_ns, letter.sent_ns);
    numbers_as_text_ = {std::to_string(letter.number), std::to_string(letter.due_ns),
                        std::to_string(letter.sent_ns)};
    TemplateValues values;
    values.topic = topic;
    values.token = settings_.token;
    values.payload = payload_;
    values.marker = marker_;
    values.seq = numbers_as_text_[0];
    values.due_ns = numbers_as_text_[1];
    values.sent_ns = numbers_as_text_[2];
    return values;
}

void UrlPublisher::note_sent(const Letter& letter) {
    ++report_.sent;
    report_.lateness.record(letter.sent_ns - letter.due_ns);
}

void UrlPublisher::on_taken(const Letter& letter, int status, std::int64_t now_ns) {
    const std::scoped_lock lock{mutex_};
    note_sent(letter);
    numbers_[letter.topic].taken(letter.number);
    ++report_.taken;
    ++state_.published;
    if (status == 0) return;  // nobody answered
    ++report_.statuses[status];
    report_.answers.record(now_ns - letter.sent_ns);
}

void UrlPublisher::on_refused(const Letter& letter, int status, const std::string& problem) {
    const std::scoped_lock lock{mutex_};
    note_sent(letter);
    numbers_[letter.topic].refused(letter.number);
    ++report_.statuses[status];
    note_error(problem);
}

void UrlPublisher::on_unanswered(const Letter& letter, const std::string& problem) {
    const std::scoped_lock lock{mutex_};
    note_sent(letter);
    numbers_[letter.topic].unanswered(letter.number);
    note_error(problem);
}

void UrlPublisher::note_error(const std::string& problem) {
    ++report_.errors;
    keep_first(problem);
}

void UrlPublisher::keep_first(const std::string& problem) {
    if (report_.first_error.empty())
        report_.first_error = printable("--publish " + settings_.route.shown + ": " + problem);
}

void UrlPublisher::on_sent_again() {
    const std::scoped_lock lock{mutex_};
    ++report_.sent_again;
}

void UrlPublisher::on_opened() {
    const std::scoped_lock lock{mutex_};
    ++report_.opened;
}

void UrlPublisher::on_connect_failure(const std::string& problem) {
    const std::scoped_lock lock{mutex_};
    ++report_.connect_failures;
    keep_first(problem);
}

}  // namespace pushbench::loadgen
