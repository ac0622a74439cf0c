#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>

#include "loadgen/measure/clock.hpp"
#include "loadgen/trial/onlooker.hpp"
#include "loadgen/trial/ranks.hpp"
#include "loadgen/trial/result.hpp"

namespace pushbench::loadgen {

/// One line: that nothing of what came could be read, an example of it, and what would be right.
[[nodiscard]] std::string why_not_understood(MessageKind kind, const Hearing& heard);

/// Waits for what a trial waits for, and keeps an eye on what must end it early: Ctrl-C, or a server that is
/// gone. Says so in the result.
class Watch {
 public:
    Watch(Ranks& ranks, Result& result, Onlooker& onlooker, const Interrupts& interrupts)
        : ranks_{ranks}, result_{result}, onlooker_{onlooker}, interrupts_{interrupts} {}

    /// Waits until `done()` says so. False if the time ran out, or if the trial must end early.
    template <class Done>
    bool wait(const std::string& phase, std::int64_t until_ns, Done done,
              std::int64_t step_ns = 5 * ns_per_ms) {
        while (!done()) {
            const std::int64_t left_ns = until_ns - now_ns();
            if (left_ns <= 0 || must_end()) return false;
            show(phase, left_ns);
            sleep(std::min(left_ns, step_ns));
        }
        return true;
    }
    /// Waits for the time alone, and wakes seldom: every wake-up costs the cores that are measured.
    void wait_for_time(const std::string& phase, std::int64_t until_ns) {
        wait(
            phase, until_ns, [] { return false; }, 50 * ns_per_ms);
    }
    bool must_end();
    /// Who asked for the end asks again: nothing is waited for any more.
    [[nodiscard]] bool in_a_hurry() const { return interrupts_.asked_again(); }
    /// All clients are connected: what comes from now on should be understood.
    void all_connected() { unheard_before_ = ranks_.not_understood(); }
    /// The trial cannot go on. The first reason stays.
    void fail(const std::string& why);
    /// From now on deliveries are shown, and nobody being connected is a failure.
    void counting(bool counts) { counting_ = counts; }
    [[nodiscard]] bool counting() const { return counting_; }

    void show(const std::string& phase, std::int64_t left_ns);
    void clear() { onlooker_.clear(); }
    static void sleep(std::int64_t time_ns) {
        std::this_thread::sleep_for(std::chrono::nanoseconds{time_ns});
    }

 private:
    Ranks& ranks_;
    Result& result_;
    Onlooker& onlooker_;
    const Interrupts& interrupts_;
    [[nodiscard]] bool nothing_understood() const;

    std::int64_t next_check_ns_ = 0;
    std::int64_t unheard_before_ = 0;  ///< greetings, most of them
    std::int64_t deserted_since_ns_ = 0;
    bool counting_ = false;
};

}  // namespace pushbench::loadgen
