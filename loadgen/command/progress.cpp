#include "loadgen/command/progress.hpp"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "loadgen/measure/clock.hpp"

namespace pushbench::loadgen {

Progress::Progress() {
    const char* kind = std::getenv("TERM");
    terminal_ = isatty(STDERR_FILENO) == 1 && (kind == nullptr || std::string_view{kind} != "dumb");
}

void Progress::show(const std::string& phase, double left_s, const std::string& detail) {
    if (!terminal_) return;
    const std::int64_t now = now_ns();
    if (phase == phase_ && now - drawn_ns_ < 100 * ns_per_ms) return;
    phase_ = phase;
    drawn_ns_ = now;
    drawn_ = true;
    char left[32] = "";
    if (left_s >= 0) std::snprintf(left, sizeof left, " %3.0f s left", left_s);
    std::fprintf(stderr, "\r\033[K%-9s%s  %s", phase.c_str(), left, detail.c_str());
    std::fflush(stderr);
}

void Progress::clear() {
    if (drawn_) std::fputs("\r\033[K", stderr);
    drawn_ = false;
}

}  // namespace pushbench::loadgen
