#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "loadgen/dialects/dialect.hpp"
#include "loadgen/wire/target.hpp"

namespace pushbench::loadgen {

/// Why a peer will not serve a client, by its own word or by what it sent instead of one.
struct Refusal {
    int status = 0;      ///< of the HTTP answer; 0: what came was no such protocol, or broke it
    std::string reason;  ///< one line: what was seen, what would be right
    std::string said{};  ///< the first line of the answer's body, as far as it came with the head
    /// Not to be asked again before that (RFC 9110 §10.2.3).
    std::optional<std::chrono::milliseconds> retry_after;
    /// To ask again is forbidden or senseless: a 204 to an EventSource (WHATWG HTML §9.2.3), 401, 403, 404,
    /// 410, another protocol.
    bool for_good = false;
    std::string location;  ///< where else to ask, as the answer has it (RFC 9110 §10.2.2); empty: nowhere
};

/// Where a protocol reports what it found in the bytes it was given. Views hold until the call returns.
class Receiver {
 public:
    virtual ~Receiver() = default;
    /// Subscribed: from now on nothing may be missed. The cursor, where the server names one; else empty.
    virtual void on_ready(std::string_view cursor) = 0;
    /// One message, whatever is in it.
    virtual void on_message(std::string_view bytes) = 0;
    /// Came whole and is not to count: an event of another name, the answer to a subscribe, a ping.
    virtual void on_other(std::string_view what) = 0;
    /// The server says that it no longer holds all that was missed.
    virtual void on_gap() = 0;
    /// Polling: the answer to the open request is whole.
    virtual void on_answer(bool empty) = 0;
    /// The server asks to wait this long before connecting again.
    virtual void on_retry(std::chrono::milliseconds delay) = 0;
    /// The connection is of no further use; what received() gives is then Next::close.
    virtual void on_refused(Refusal why) = 0;
};

/// What a client asks for. Topic and token outlive the connection, the rest only the call.
struct Subscription {
    const Target& target;
    std::string_view topic;
    std::string_view encoded_topic;     ///< percent-encoded
    std::string_view cursor;            ///< where to go on from; empty: from now on
    std::uint32_t client = 0;           ///< its number among all of the trial
    std::string_view token;             ///< of this client; empty: there are none
    std::chrono::milliseconds wait{0};  ///< how long a poll may be parked; 0: it is answered at once
};

/// Whether a connection can be used further.
enum class Next : std::uint8_t { go_on, close };

/// The client's half of one transport on one connection, without any I/O: it takes the bytes that came, cut
/// anywhere, and says what to send (appended to `out`) and what it found (told to the receiver). It lives as
/// long as its connection: the next one has a new one, and what that must know stands in its Subscription.
class Protocol {
 public:
    virtual ~Protocol() = default;
    /// Asks for messages: once a connection for a stream, once a poll for polling.
    virtual void request(const Subscription& what, std::string& out) = 0;
    virtual Next received(std::string_view bytes, Receiver& to, std::string& out) = 0;
    /// The peer closed its side; the end of what nothing else ends.
    virtual void ended(Receiver& /*to*/) {}
    /// It is time for what the speech says again and again.
    virtual void heartbeat(std::string& /*out*/) {}
    /// Says a message on the open connection, of a transport that goes both ways.
    virtual void say(std::string_view /*message*/, std::string& /*out*/) {}
    /// A farewell that the transport knows, where it knows one; the peer then closes.
    virtual void goodbye(std::string& /*out*/) {}
    /// Where a later connection goes on from, as the server names it. Empty: the server named nothing.
    [[nodiscard]] virtual std::string_view cursor() const { return {}; }
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
    /// `speech` outlives what is made.
    std::unique_ptr<Protocol> (*make)(const Speech& speech);
    bool both_ways = false;  ///< a client can say something on the connection by which it is told
};

}  // namespace pushbench::loadgen
