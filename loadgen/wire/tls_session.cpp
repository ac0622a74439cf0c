#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <climits>
#include <cstring>

#include "loadgen/measure/clock.hpp"
#include "loadgen/wire/tls.hpp"
#include "loadgen/wire/tls_bio.hpp"

// OpenSSL's queue of errors is empty whenever one of its calls begins here: come_out() empties it after each
// that failed, and nothing else in this program fills it. So it need not be cleared before each read.

namespace pushbench::loadgen {
namespace {

int bounded(std::size_t size) {
    return static_cast<int>(std::min<std::size_t>(size, INT_MAX));
}

}  // namespace

TlsSession::TlsSession(ssl_st* ssl, int fd, TlsHost& host) : ssl_{ssl}, host_{host} {
    socket_.fd = fd;
    BIO* bio = make_socket_bio(socket_);
    SSL_set_bio(ssl_, bio, bio);
    SSL_set_app_data(ssl_, this);
}

TlsSession::~TlsSession() {
    // Else OpenSSL takes a connection that was cut for a reason not to resume its session: a rule of TLS 1.0.
    SSL_set_shutdown(ssl_, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    SSL_free(ssl_);
}

Io TlsSession::handshake() {
    if (over_ != Io::done) return over_;
    if (done_) return Io::done;
    if (handshake_ns_ == 0) handshake_ns_ = now_ns();
    // Until the socket has nothing: an end that came behind a part of the handshake is told by no other edge.
    for (Io state = Io::want_read; state == Io::want_read;) {
        socket_.drained = socket_.empty = false;
        const int result = SSL_connect(ssl_);
        if (result == 1) break;
        state = come_out(result);
        if (state != Io::want_read || socket_.empty) return state;
    }
    handshake_ns_ = now_ns() - handshake_ns_;
    done_ = true;
    return Io::done;
}

IoResult TlsSession::read(char* buffer, std::size_t capacity) {
    if (over_ != Io::done) return {.state = over_, .error = reason_ == 0 ? socket_.error : 0};
    const IoResult result = read_records(buffer, capacity);
    // For a ticket OpenSSL makes ready to write (16 KiB) and keeps that until something is written.
    if (holds_buffers_ && SSL_free_buffers(ssl_) == 1) holds_buffers_ = false;
    return result;
}

IoResult TlsSession::read_records(char* buffer, std::size_t capacity) {
    socket_.drained = socket_.empty = false;
    std::size_t filled = 0;
    while (filled < capacity) {
        const int got = SSL_read(ssl_, buffer + filled, bounded(capacity - filled));
        if (got <= 0) {
            const Io state = come_out(got);
            // What came before the end counts; the next call tells the end.
            if (filled != 0) return {.state = Io::done, .more = is_over(state), .bytes = filled};
            // Of a ticket alone the reader gets nothing, but the socket's end may stand behind it.
            return {.state = state,
                    .more = state == Io::want_read && !socket_.empty,
                    .error = reason_ == 0 ? socket_.error : 0};
        }
        filled += static_cast<std::size_t>(got);
        if (socket_.drained && SSL_has_pending(ssl_) == 0) return {.state = Io::done, .bytes = filled};
    }
    return {.state = Io::done, .more = true, .bytes = filled};
}

IoResult TlsSession::write(std::string_view bytes) {
    if (over_ != Io::done) return {.state = over_, .error = reason_ == 0 ? socket_.error : 0};
    if (bytes.empty()) return {};
    const int sent = SSL_write(ssl_, bytes.data(), bounded(bytes.size()));
    if (sent > 0) return {.state = Io::done, .bytes = static_cast<std::size_t>(sent)};
    const Io state = come_out(sent);
    return {.state = state, .error = reason_ == 0 ? socket_.error : 0};
}

void TlsSession::say_goodbye() {
    if (over_ != Io::done && over_ != Io::closed) return;  // after a failure nothing may be sent
    if (!done_) return;
    SSL_shutdown(ssl_);
    ERR_clear_error();
}

/// What a call that gave `result` and not what was asked for means.
Io TlsSession::come_out(int result) {
    const int kind = SSL_get_error(ssl_, result);
    if (kind == SSL_ERROR_WANT_READ) return Io::want_read;
    if (kind == SSL_ERROR_WANT_WRITE) return Io::want_write;
    if (kind == SSL_ERROR_NONE) return Io::done;
    const unsigned long code = ERR_peek_error();
    ERR_clear_error();
    // Behind close_notify nothing is read any more: a socket that was read to its end had none.
    if (socket_.ended) return over_ = done_ ? Io::truncated : Io::closed;
    if (kind == SSL_ERROR_ZERO_RETURN) return over_ = Io::closed;
    verified_ = SSL_get_verify_result(ssl_);
    if (socket_.error == 0) reason_ = code;
    return over_ = Io::failed;
}

bool TlsSession::resumed() const {
    return SSL_session_reused(ssl_) == 1;
}

std::string_view TlsSession::version() const {
    return SSL_get_version(ssl_);
}

std::string_view TlsSession::cipher() const {
    return SSL_get_cipher_name(ssl_);
}

std::string_view TlsSession::protocol() const {
    const unsigned char* name = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(ssl_, &name, &size);
    return {reinterpret_cast<const char*>(name), size};
}

}  // namespace pushbench::loadgen
