#include "loadgen/trial/trial.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>

#include "loadgen/crowd/crew.hpp"
#include "loadgen/publish/admin.hpp"
#include "loadgen/trial/expectation.hpp"
#include "loadgen/trial/held_meter.hpp"
#include "loadgen/trial/meter.hpp"
#include "loadgen/trial/publishing.hpp"
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
    Trial(const Settings& settings, Onlooker& onlooker, const Interrupts& interrupts);
    Result run();

 private:
    void warm_up();
    void measure();
    void end_schedule();
    void finish();

    void publish(std::int64_t count);
    void take_memory();
    void measure_published();
    void listen_for_all();
    void wait_for_publisher(std::int64_t end_ns);

    const Settings& settings_;
    std::vector<std::string> topics_;
    Result result_;
    std::optional<AdminClient> admin_;
    std::unique_ptr<FanoutTracker> fanout_;  ///< outlives the crew, which records into it
    std::optional<Crew> crew_;               ///< outlives the publisher, for which its clients may speak
    std::unique_ptr<Publisher> publisher_;   ///< ends what it still runs when the trial goes, however it goes
    std::optional<Meter> meter_;
    std::optional<Watch> watch_;
    std::optional<Expectation> expectation_;
    HeldMeter held_;
};

Trial::Trial(const Settings& settings, Onlooker& onlooker, const Interrupts& interrupts)
    : settings_{settings}, topics_{topic_names(settings)}, held_{settings} {
    result_.settings = settings;
    make_room_for_files(settings);
    bind_to_cpus(settings);
    check_server(result_.settings);
    if (!settings.admin.empty()) admin_.emplace(resolve(settings.admin, "--admin"), settings.admin_token);
    publisher_ = make_publisher(
        settings, topics_, admin_ ? &*admin_ : nullptr,
        [this](std::uint32_t client, std::string message) { crew_->say(client, std::move(message)); });
    crew_.emplace(crowd_settings(settings, topics_));
    meter_.emplace(*crew_, admin_ ? &*admin_ : nullptr, result_);
    watch_.emplace(*crew_, result_, onlooker, interrupts);
    expectation_.emplace(*crew_, publisher_.get(), topics_, *watch_, result_);
}

// ---- under load

/// What the records need is there before memory is read, or it would be counted to the connections.
void Trial::take_memory() {
    const bool follow = has_sequences(settings_) && settings_.topics == 1 && settings_.connections != 0 &&
                        settings_.rate_per_s > 0 && settings_.transport->pace != Pace::timetable;
    if (follow) {
        const std::int64_t unknown = settings_.expect != 0 ? settings_.expect : 1'000'000;
        const std::int64_t count = settings_.no_publish ? unknown : notifications_asked(settings_);
        fanout_ = std::make_unique<FanoutTracker>(static_cast<std::uint64_t>(count), settings_.connections);
    }
    crew_->clear_records();
}

/// Orders so many notifications. They run by themselves, whatever happens here.
void Trial::publish(std::int64_t count) {
    publisher_->start(schedule_order(settings_, count));
}

void Trial::warm_up() {
    if (settings_.warmup.count() == 0 || settings_.expect != 0) return;  // --skip is the warm-up then
    const std::int64_t until_ns = now_ns() + settings_.warmup.count();
    const bool loads = publishes(settings_) && settings_.rate_per_s > 0;
    expectation_->begin(nullptr);
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
        meter_->begin();
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
    const auto all_came = [&] { return crew_->delivered() >= all; };
    watch_->wait("measure", now_ns() + settings_.duration.count(), all_came, 50 * ns_per_ms);
    watch_->wait_for_time("linger", now_ns() + settings_.linger.count());
}

void Trial::measure() {
    result_.has_fanout = fanout_ != nullptr;
    expectation_->begin(fanout_.get());
    meter_->begin();
    held_.begin();
    crew_->begin_behaving(now_ns());
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
    meter_->end();
    result_.held = held_.end();
    if (settings_.behaviour.churn_per_s > 0) crew_->end_churn();
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
    crew_->collect(result_.recorded, result_.connect_times, result_.tls_times, result_.first_message_times,
                   result_.totals);
    crew_->collect_cut(result_.back_times, result_.storm);
    result_.heard = crew_->heard();
    crew_->say_goodbye();
    // While others publish on, more may have come than was there when the heads were read.
    const bool sized =
        !has_sequences(settings_) || ((!settings_.no_publish || settings_.expect != 0) && !result_.failure);
    result_.delivered = sized ? result_.totals.delivered : result_.expected - result_.lost;
    // From when on a client that came meanwhile is promised anything, only its ledger knows.
    if (settings_.behaviour.churn_per_s > 0) result_.expected = result_.delivered + result_.lost;
    const std::int64_t until_ns = now_ns() + ns_per_s;
    while (crew_->still_open() != 0 && now_ns() < until_ns && !watch_->in_a_hurry())
        Watch::sleep(5 * ns_per_ms);
}

Result Trial::run() {
    if (admin_) (void)admin_->schedule();  // says at once if this is no admin port
    take_memory();
    meter_->sample_before();
    connect(*crew_, *watch_, result_);
    try {
        if (publishes(settings_) && settings_.connections != 0 && has_sequences(settings_) &&
            !watch_->must_end())
            verify(*crew_, *publisher_, topics_, *watch_, result_);
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
    result_.rules = judge(result_);
    watch_->clear();
    return result_;
}

}  // namespace

Result run_trial(const Settings& settings, Onlooker& onlooker, const Interrupts& interrupts) {
    return Trial{settings, onlooker, interrupts}.run();
}

}  // namespace pushbench::loadgen
