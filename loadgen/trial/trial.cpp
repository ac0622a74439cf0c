#include "loadgen/trial/trial.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>

#include "loadgen/publish/admin.hpp"
#include "loadgen/trial/expectation.hpp"
#include "loadgen/trial/held_meter.hpp"
#include "loadgen/trial/merge.hpp"
#include "loadgen/trial/publishing.hpp"
#include "loadgen/trial/ranks.hpp"
#include "loadgen/trial/rules.hpp"
#include "loadgen/trial/setup.hpp"
#include "loadgen/trial/subscribe.hpp"
#include "loadgen/trial/watch.hpp"
#include "loadgen/wire/failure.hpp"

namespace pushbench::loadgen {
namespace {

double seconds(std::chrono::nanoseconds time) {
    return std::chrono::duration<double>(time).count();
}

/// The phases of one trial, in their order, and what they share.
class Trial {
 public:
    Trial(const Settings& settings, Peers& peers, Onlooker& onlooker, const Interrupts& interrupts);
    Result run();

 private:
    void warm_up();
    void measure();
    void end_schedule();
    void finish();

    void publish(std::int64_t count);
    void gather_ranks();
    void take_memory();
    void measure_published();
    void listen_for_all();
    void wait_for_publisher(std::int64_t end_ns);

    const Settings& settings_;
    std::vector<std::string> topics_;
    Peers& peers_;
    Result result_;
    std::unique_ptr<Result> own_result_;  ///< what this process found, where there are others
    std::optional<AdminClient> admin_;
    std::unique_ptr<Rank> own_;             ///< outlives the publisher, for which its clients may speak
    std::unique_ptr<Publisher> publisher_;  ///< ends what it still runs when the trial goes, however it goes
    std::optional<Ranks> ranks_;
    std::optional<Watch> watch_;
    std::optional<Expectation> expectation_;
    HeldMeter held_;
};

Trial::Trial(const Settings& settings, Peers& peers, Onlooker& onlooker, const Interrupts& interrupts)
    : settings_{settings}, topics_{topic_names(settings)}, peers_{peers}, held_{settings} {
    result_.settings = settings;
    check_server(result_.settings);
    if (!settings.admin.empty()) admin_.emplace(resolve(settings.admin, "--admin"), settings.admin_token);
    publisher_ = make_publisher(
        settings, topics_, admin_ ? &*admin_ : nullptr,
        [this](std::uint32_t client, std::string message) { own_->say(client, std::move(message)); });
    gather_ranks();
    watch_.emplace(*ranks_, result_, onlooker, interrupts);
    expectation_.emplace(*ranks_, publisher_.get(), topics_, *watch_, result_);
}

/// Each is told where it stands, and how far ahead of ours its clock is; it then comes to have clients.
void Trial::gather_ranks() {
    peers_.compare_clocks();
    std::vector<Place> places;
    for (std::uint32_t rank = 0; rank != peers_.size(); ++rank)
        places.push_back({rank, peers_.size(), peers_.info(rank).here, peers_.info(rank).clock.ahead_ns});
    peers_.ask(packed(places));
    if (peers_.size() != 1) own_result_ = std::make_unique<Result>();
    own_ = std::make_unique<Rank>(result_.settings, places.front(), admin_ ? &*admin_ : nullptr,
                                  own_result_ ? *own_result_ : result_);
    (void)peers_.answers();
    ranks_.emplace(peers_, *own_);
}

// ---- under load

/// What the records need is there before memory is read, or it would be counted to the connections.
void Trial::take_memory() {
    const bool follow = has_sequences(settings_) && settings_.topics == 1 && settings_.connections != 0 &&
                        settings_.rate_per_s > 0 && settings_.transport->pace != Pace::timetable;
    const std::int64_t unknown = settings_.expect != 0 ? settings_.expect : 1'000'000;
    const std::int64_t count = settings_.no_publish ? unknown : notifications_asked(settings_);
    ranks_->each<&Rank::take_memory>(static_cast<std::uint64_t>(follow ? count : 0));
    result_.has_fanout = follow;
}

/// Orders so many notifications. They run by themselves, whatever happens here.
void Trial::publish(std::int64_t count) {
    publisher_->start(schedule_order(settings_, count));
}

void Trial::warm_up() {
    if (settings_.warmup.count() == 0 || settings_.expect != 0) return;  // --skip is the warm-up then
    const std::int64_t until_ns = now_ns() + settings_.warmup.count();
    const bool loads = publishes(settings_) && settings_.rate_per_s > 0;
    expectation_->begin(false);
    if (loads) publish(std::max(1LL, std::llround(settings_.rate_per_s * seconds(settings_.warmup))));
    watch_->wait_for_time("warm up", until_ns);
    // Its last notifications may still be due: what comes after the heads are read would count as the
    // measurement's.
    const auto published = [&] { return !publisher_->state().running; };
    if (loads && !watch_->must_end())
        watch_->wait("warm up", until_ns + settings_.warmup.count() + 5 * ns_per_s, published);
    if (loads && !watch_->must_end()) expectation_->drain("warm up");
    watch_->counting(false);
}

/// The publisher says that it is through: by its timetable at `end_ns`, but random gaps may add up to more.
void Trial::wait_for_publisher(std::int64_t end_ns) {
    const double spread = settings_.arrival == "poisson" ? 6 * std::sqrt(notifications_asked(settings_)) : 0;
    const std::int64_t limit_ns = end_ns + settings_.duration.count() + 5 * ns_per_s +
                                  static_cast<std::int64_t>(spread / settings_.rate_per_s * 1e9);
    const auto published = [&] { return !publisher_->state().running; };
    // Seldom: to be asked costs the server CPU time that is being measured.
    if (!watch_->wait("measure", limit_ns, published, 100 * ns_per_ms) && !watch_->must_end())
        watch_->fail("the publisher did not end its schedule within twice its time");
}

/// The window ends when the schedule's time is over, and not before the publisher says that it is through.
void Trial::measure_published() {
    const std::int64_t lead_ns = lead_in(settings_).count();
    publish(notifications_asked(settings_));
    if (lead_ns != 0) {
        watch_->wait_for_time("lead in", now_ns() + lead_ns);
        ranks_->begin_window();
    }
    watch_->wait_for_time("measure", now_ns() + settings_.duration.count());
    if (watch_->must_end()) return;
    // The publisher's own beginning is what counts; it names it once the first is out.
    const std::int64_t begin_ns = publisher_->state().due_first_ns.value_or(0) + lead_ns;
    const std::int64_t end_ns = std::max(now_ns(), begin_ns + settings_.duration.count());
    watch_->wait_for_time("measure", end_ns);
    wait_for_publisher(end_ns);
}

/// Then stays for a while: who measures the servers does so before the goodbyes make them work again.
void Trial::listen_for_all() {
    const auto all = static_cast<std::int64_t>(settings_.connections) * settings_.expect;
    const auto all_came = [&] { return ranks_->delivered() >= all; };
    watch_->wait("measure", now_ns() + settings_.duration.count(), all_came, 50 * ns_per_ms);
    watch_->wait_for_time("linger", now_ns() + settings_.linger.count());
}

void Trial::measure() {
    expectation_->begin(result_.has_fanout);
    ranks_->begin_window();
    held_.begin();
    ranks_->each<&Rank::begin_behaving>(now_ns());
    try {
        if (settings_.expect != 0)
            listen_for_all();
        else if (settings_.no_publish || settings_.rate_per_s == 0)
            watch_->wait_for_time("measure", now_ns() + settings_.duration.count());
        else
            measure_published();
    } catch (const Failure& failure) {
        watch_->fail(failure.what());
    }
    ranks_->end_window();
    result_.held = held_.end();
    if (settings_.behaviour.churn_per_s > 0) ranks_->each<&Rank::end_churn>();
}

// ---- the end

/// What was interrupted, or could not go on, may have left the publisher at work.
void Trial::end_schedule() {
    if (!publisher_) return;
    try {
        publisher_->stop();
    } catch (const Failure& failure) {
        watch_->fail(failure.what());
    }
    result_.publisher = publisher_->report();
}

/// Takes everything off the workers and says goodbye on all connections, waiting a second for the answers.
void Trial::finish() {
    // While others publish on, more may have come than was there when the heads were read.
    const bool sized =
        !has_sequences(settings_) || ((!settings_.no_publish || settings_.expect != 0) && !result_.failure);
    std::vector<Part> parts = ranks_->each<&Rank::finish>(sized);
    peers_.compare_clocks();
    if (own_result_) merge_parts(result_, parts, peers_);
    const bool brief = result_.interrupted;
    if (!ranks_->loss().empty()) {
        watch_->fail(ranks_->loss());
        result_.interrupted = false;  // a launcher asks all to end where one has died
    }
    ranks_->each<&Rank::say_goodbye>();
    const std::int64_t until_ns = now_ns() + (brief ? ranks_->patience_ns() : ns_per_s);
    while (ranks_->sum<&Rank::still_open>() != 0 && now_ns() < until_ns && !watch_->in_a_hurry())
        Watch::sleep(5 * ns_per_ms);
    result_.rules = own_result_ ? judge_with_parts(result_, parts) : judge(result_);
}

Result Trial::run() {
    if (admin_) (void)admin_->schedule();  // says at once if this is no admin port
    take_memory();
    ranks_->each<&Rank::sample_before>();
    connect(*ranks_, *watch_, result_);
    try {
        if (publishes(settings_) && settings_.connections != 0 && has_sequences(settings_) &&
            !watch_->must_end())
            verify(*ranks_, *publisher_, topics_, *watch_, result_);
        if (!watch_->must_end()) warm_up();
        result_.published = result_.expected = 0;
        if (watch_->must_end() && !result_.failure) watch_->fail("interrupted before measuring began");
        if (!watch_->must_end() || result_.failure == std::nullopt) measure();
        if (watch_->counting()) expectation_->drain("drain");
    } catch (const Failure& failure) {
        if (!watch_->counting()) throw;
        watch_->fail(failure.what());
    }
    end_schedule();
    finish();
    watch_->clear();
    return result_;
}

}  // namespace

Result run_trial(const Settings& settings, Peers& peers, Onlooker& onlooker, const Interrupts& interrupts) {
    return Trial{settings, peers, onlooker, interrupts}.run();
}

}  // namespace pushbench::loadgen
