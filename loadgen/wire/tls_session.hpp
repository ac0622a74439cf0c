#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "loadgen/wire/io.hpp"

// OpenSSL's own names, so that its headers stay out of ours.
struct ssl_st;

namespace pushbench::loadgen {

struct TlsHost;

/// The client's side of one TLS connection on a connected, non-blocking socket that somebody else closes.
/// Made by TlsContext::start(); to be destroyed before its context.
class TlsSession {
 public:
    TlsSession(ssl_st* ssl, int fd, TlsHost& host);
    ~TlsSession();
    TlsSession(const TlsSession&) = delete;
    TlsSession& operator=(const TlsSession&) = delete;

    /// A step of the handshake (RFC 8446 §2): done, or what to wait for, or how it ended.
    Io handshake();
    /// Plain text, as much as the socket gives and the buffer holds: several records come in one call. Data
    /// that is no application's (tickets, key updates) is dealt with inside and gives want_read.
    IoResult read(char* buffer, std::size_t capacity);
    /// See Channel::write().
    IoResult write(std::string_view bytes);
    /// close_notify, if it can be sent at once. Waits for no answer (RFC 8446 §6.1 needs none).
    void say_goodbye();

    /// One line about what `failed`, in words that say what would help.
    [[nodiscard]] std::string trouble() const;
    // Once the handshake is done.
    [[nodiscard]] bool resumed() const;  ///< from a ticket: no certificate was sent (RFC 8446 §2.2)
    [[nodiscard]] std::string_view version() const;   ///< "TLSv1.3"
    [[nodiscard]] std::string_view cipher() const;    ///< "TLS_AES_256_GCM_SHA384"
    [[nodiscard]] std::string_view protocol() const;  ///< chosen by ALPN (RFC 7301); empty: none
    /// From the first step to the last, waiting for the peer included. 0 before it is done.
    [[nodiscard]] std::int64_t handshake_ns() const { return done_ ? handshake_ns_ : 0; }

    /// What went over the socket since it was asked last, records and handshake as they are.
    struct Traffic {
        std::uint32_t in_bytes = 0;
        std::uint32_t out_bytes = 0;
    };
    [[nodiscard]] Traffic take_traffic() { return std::exchange(socket_.traffic, {}); }

    // For the layer below, see tls_bio.cpp: what the socket said last.
    struct Socket {
        int fd = -1;
        Traffic traffic;
        int error = 0;         ///< errno
        bool drained = false;  ///< gave less than was asked for: to ask again would be a call for nothing
        bool empty = false;    ///< gave nothing: not even its end has come
        bool ended = false;
    };
    [[nodiscard]] TlsHost& host() const { return host_; }
    void on_ticket() { holds_buffers_ = true; }

 private:
    IoResult read_records(char* buffer, std::size_t capacity);
    Io come_out(int result);

    ssl_st* ssl_;
    TlsHost& host_;
    Socket socket_;
    Io over_ = Io::done;          ///< how it has ended
    bool done_ = false;           ///< the handshake
    bool holds_buffers_ = false;  ///< that OpenSSL made for a ticket, and would keep
    unsigned long reason_ = 0;    ///< OpenSSL's code of a failure; 0: see the socket's error
    long verified_ = 0;           ///< X509_V_OK, or what is wrong with the certificate
    std::int64_t handshake_ns_ = 0;
};

}  // namespace pushbench::loadgen
