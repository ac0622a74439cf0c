#pragma once

#include "loadgen/trial/onlooker.hpp"

namespace pushbench::loadgen {

/// SIGINT, SIGTERM and SIGHUP then end a trial early instead of the process: its schedule is ended, and what
/// was measured is written. Half a second later another one ends all waiting too, and a third the process.
void catch_interrupts();

/// Whether they have come.
class Signals final : public Interrupts {
 public:
    [[nodiscard]] bool asked_to_end() const override;
    [[nodiscard]] bool asked_again() const override;
};

}  // namespace pushbench::loadgen
