#include "loadgen/command/interrupt.hpp"

#include <signal.h>

#include <atomic>

#include "loadgen/measure/clock.hpp"

namespace pushbench::loadgen {
namespace {

/// A terminal, a shell and a supervisor may each pass on the same Ctrl-C.
constexpr std::int64_t one_request_ns = 500 * ns_per_ms;
constexpr int no_more_patience = 3;

std::atomic<int> requests{0};
std::atomic<std::int64_t> last_ns{0};

void on_signal(int number) {
    const std::int64_t now = now_ns();
    if (requests != 0 && now - last_ns < one_request_ns) return;
    last_ns = now;
    if (++requests < no_more_patience) return;
    signal(number, SIG_DFL);
    raise(number);
}

}  // namespace

void catch_interrupts() {
    struct sigaction action {};
    action.sa_handler = on_signal;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    for (const int other : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&action.sa_mask, other);
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
    struct sigaction before {};
    sigaction(SIGHUP, nullptr, &before);
    if (before.sa_handler != SIG_IGN) sigaction(SIGHUP, &action, nullptr);  // else nohup has asked for that
    signal(SIGPIPE, SIG_IGN);
}

bool Signals::asked_to_end() const {
    return requests != 0;
}

bool Signals::asked_again() const {
    return requests > 1;
}

}  // namespace pushbench::loadgen
