#pragma once

#include <cstdint>

#include "loadgen/wire/address.hpp"

namespace pushbench::loadgen {

/// A non-blocking TCP socket on its way to `target`, from 127.0.0.`source` if that is not 0. The descriptor,
/// or minus the error number. `receive_buffer_bytes` 0: the kernel's own choice.
int start_connect(const Address& target, unsigned source, int receive_buffer_bytes = 0);

/// The outcome of a connect, once the socket is writable: 0 or an error number.
int connect_outcome(int fd);

/// Raises the soft limit of open files to what is needed, and tells what is to be had: needed or less.
std::uint64_t raise_file_limit(std::uint64_t needed);

}  // namespace pushbench::loadgen
