#pragma once

namespace pushbench::loadgen {

/// SIGINT and SIGTERM then end a trial early instead of ending the process; a second one does end it.
void catch_interrupts();

bool interrupted();

}  // namespace pushbench::loadgen
