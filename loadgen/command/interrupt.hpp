#pragma once

#include "loadgen/trial/onlooker.hpp"

namespace pushbench::loadgen {

/// SIGINT and SIGTERM then end a trial early instead of ending the process; a second one does end it.
void catch_interrupts();

/// Whether one of them has come.
class Signals final : public Interrupts {
 public:
    [[nodiscard]] bool asked_to_end() const override;
};

}  // namespace pushbench::loadgen
