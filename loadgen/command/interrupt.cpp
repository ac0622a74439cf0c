#include "loadgen/command/interrupt.hpp"

#include <signal.h>

#include <atomic>

namespace pushbench::loadgen {
namespace {

std::atomic<bool> signalled{false};

}  // namespace

void catch_interrupts() {
    struct sigaction action {};
    action.sa_handler = [](int) { signalled = true; };
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
    signal(SIGPIPE, SIG_IGN);
}

bool Signals::asked_to_end() const {
    return signalled;
}

}  // namespace pushbench::loadgen
