#pragma once

#include <sys/types.h>
#include <sys/uio.h>

#include <cstddef>

namespace pushbench {

/// The system calls that a socket is made of, none of which waits. They are a table, so that something else
/// can stand between a socket and the kernel: TLS, or a test that says how each call goes. Whatever that
/// keeps for a connection it finds by its file, as a poller finds its owner. A result and errno are those of
/// the system call.
struct SocketCalls {
    ssize_t (*receive)(int fd, char* into, std::size_t most_bytes);
    ssize_t (*send)(int fd, const char* bytes, std::size_t size_bytes);
    ssize_t (*send_pieces)(int fd, iovec* pieces, std::size_t count);  ///< at most IOV_MAX
    int (*end_sending)(int fd);
    int (*close)(int fd);
};

extern const SocketCalls kKernelCalls;

}  // namespace pushbench
