#pragma once

#include "loadgen/peers/mailbox.hpp"

namespace pushbench::loadgen {

// MPI lies in a module of its own, in the folder of the program, with one function.
inline constexpr const char* mpi_module_file = "loadgen_mpi.so";
inline constexpr const char* mpi_module_function = "pushbench_open_mailbox";
/// Initialises MPI. The mailbox is the caller's.
using OpenMailbox = Mailbox* (*)();

}  // namespace pushbench::loadgen
