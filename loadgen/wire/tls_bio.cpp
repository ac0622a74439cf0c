#include "loadgen/wire/tls_bio.hpp"

#include <sys/socket.h>

#include <cerrno>

namespace pushbench::loadgen {
namespace {

TlsSession::Socket& socket_of(BIO* bio) {
    return *static_cast<TlsSession::Socket*>(BIO_get_data(bio));
}

int read_socket(BIO* bio, char* buffer, int capacity) {
    TlsSession::Socket& socket = socket_of(bio);
    BIO_clear_retry_flags(bio);
    if (socket.drained) {
        BIO_set_retry_read(bio);
        return -1;
    }
    ssize_t got = 0;
    do {
        got = ::recv(socket.fd, buffer, static_cast<std::size_t>(capacity), 0);
    } while (got < 0 && errno == EINTR);
    socket.drained = got < capacity;
    socket.empty = got < 0 && errno == EAGAIN;
    if (got == 0) socket.ended = true;
    if (got > 0) socket.traffic.in_bytes += static_cast<std::uint32_t>(got);
    if (got >= 0) return static_cast<int>(got);
    if (errno == EAGAIN)
        BIO_set_retry_read(bio);
    else
        socket.error = errno;
    return -1;
}

int write_socket(BIO* bio, const char* bytes, int size) {
    TlsSession::Socket& socket = socket_of(bio);
    BIO_clear_retry_flags(bio);
    ssize_t sent = 0;
    do {
        sent = ::send(socket.fd, bytes, static_cast<std::size_t>(size), MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    if (sent > 0) socket.traffic.out_bytes += static_cast<std::uint32_t>(sent);
    if (sent >= 0) return static_cast<int>(sent);
    if (errno == EAGAIN)
        BIO_set_retry_write(bio);
    else
        socket.error = errno;
    return -1;
}

long control_socket(BIO* bio, int command, long /*number*/, void* /*pointer*/) {
    if (command == BIO_CTRL_FLUSH) return 1;  // nothing is held back here
    if (command == BIO_CTRL_EOF) return socket_of(bio).ended ? 1 : 0;
    return 0;
}

BIO_METHOD* make_method() {
    BIO_METHOD* method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "pushbench socket");
    BIO_meth_set_read(method, read_socket);
    BIO_meth_set_write(method, write_socket);
    BIO_meth_set_ctrl(method, control_socket);
    return method;
}

}  // namespace

BIO* make_socket_bio(TlsSession::Socket& socket) {
    static BIO_METHOD* const method = make_method();  // for as long as the program runs
    BIO* bio = BIO_new(method);
    BIO_set_data(bio, &socket);
    BIO_set_init(bio, 1);
    return bio;
}

}  // namespace pushbench::loadgen
