#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace pushbench::loadgen {

/// Where a protocol reports what it found in the bytes it was given. Views hold until the call returns.
class Receiver {
 public:
    virtual ~Receiver() = default;
    /// Subscribed: from now on nothing may be missed. The cursor, where the server names one.
    virtual void on_ready(std::optional<std::uint64_t> cursor) = 0;
    virtual void on_notification(std::string_view json) = 0;
    /// The server says that it no longer holds all that was missed.
    virtual void on_gap() = 0;
    /// Polling: the answer to the open request is whole.
    virtual void on_answer(bool empty) = 0;
    /// The server asks to wait this long before connecting again.
    virtual void on_retry(std::chrono::milliseconds delay) = 0;
    /// What the peer said is not what such a server says. One line: what was seen, what would be right.
    virtual void on_refused(std::string reason) = 0;
};

/// What a client asks for. The views outlive every call.
struct Subscription {
    std::string_view host;   ///< as in the target, for the Host header
    std::string_view topic;  ///< percent-encoded
    std::optional<std::uint64_t> after;
    std::chrono::milliseconds wait{0};  ///< how long a poll may be parked; 0: it is answered at once
};

/// Whether a connection can be used further.
enum class Next : std::uint8_t { go_on, close };

/// The client's half of one transport on one connection, without any I/O: it takes the bytes that came, cut
/// anywhere, and says what to send (appended to `out`) and what it found (told to the receiver).
class Protocol {
 public:
    virtual ~Protocol() = default;
    /// Asks for notifications: once a connection for a stream, once a poll for polling.
    virtual void request(const Subscription& what, std::string& out) = 0;
    virtual Next received(std::string_view bytes, Receiver& to, std::string& out) = 0;
    /// The peer closed its side; the end of what nothing else ends.
    virtual void ended(Receiver& /*to*/) {}
    /// A farewell that the transport knows, where it knows one; the peer then closes.
    virtual void goodbye(std::string& /*out*/) {}
};

/// When a client of a transport asks.
enum class Pace : std::uint8_t {
    once,       ///< at connect: a stream
    at_once,    ///< again as soon as an answer is there: long polling
    timetable,  ///< at fixed times, whatever the answers: short polling
};

/// What makes a connection ready.
enum class Opening : std::uint8_t {
    by_answer,   ///< the protocol says so, by on_ready()
    by_connect,  ///< the connection itself: nothing is asked and nothing answered
};

/// One row of the table of transports.
struct Transport {
    std::string_view name;
    Pace pace;
    Opening opening;
    std::unique_ptr<Protocol> (*make)();
};

}  // namespace pushbench::loadgen
