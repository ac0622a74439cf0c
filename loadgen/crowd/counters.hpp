#pragma once

#include <cstdint>

namespace pushbench::loadgen {

/// Everything a worker counts, rising from its start. A window is the difference of two copies.
struct Counters {
    std::int64_t delivered = 0;  ///< each notification once, of the range that counts
    std::int64_t duplicated = 0;
    std::int64_t reordered = 0;
    std::int64_t gaps = 0;            ///< notices by the server that history was lost
    std::int64_t malformed = 0;       ///< what came as a notification and was none, or none of ours
    std::int64_t unmarked = 0;        ///< messages without a marker, where each should have one
    std::int64_t restarts = 0;        ///< sequences that began again, for each subscriber that saw it
    std::int64_t other_messages = 0;  ///< what came whole and is not to count
    std::int64_t reads = 0;           ///< that brought bytes
    std::int64_t bytes_in = 0;        ///< from the server, and to it, as the sockets took and gave them
    std::int64_t bytes_out = 0;
    std::int64_t message_bytes = 0;  ///< of the messages themselves, to clients that are steady
    std::int64_t requests = 0;
    std::int64_t answers = 0;  ///< polling only
    std::int64_t empty_answers = 0;
    std::int64_t skipped_polls = 0;
    std::int64_t response_ns = 0;   ///< sum over answers, request sent to answer whole
    std::int64_t in_flight_ns = 0;  ///< integral of the requests in flight over time
    std::int64_t opened = 0;        ///< connections
    /// Connections lost by a subscriber that was being served. A kept-alive one that its server closed
    /// between two polls is none (RFC 9112 §9.3, §9.5).
    std::int64_t reconnects = 0;
    std::int64_t repeated_polls =
        0;  ///< their connection was lost before the answer, so they were sent again
    std::int64_t connect_failures = 0;
    std::int64_t replaced = 0;   ///< clients that left, each with a fresh one in its place
    std::int64_t cut = 0;        ///< connections that we cut
    std::int64_t dropped = 0;    ///< slow readers that the server closed
    std::int64_t apart = 0;      ///< messages to clients that are not steady, and not counted as delivered
    std::int64_t redirects = 0;  ///< followed
    std::int64_t tls_handshakes = 0;  ///< all, and of them those that resumed an earlier session
    std::int64_t tls_resumptions = 0;
    std::int64_t refused_2xx = 0;  ///< by the class of the status: a success, but not what is spoken here
    std::int64_t refused_3xx = 0;
    std::int64_t refused_4xx = 0;
    std::int64_t refused_5xx = 0;
    std::int64_t protocol_errors = 0;  ///< what came was not the protocol, or broke it

    [[nodiscard]] std::int64_t refused() const {
        return refused_2xx + refused_3xx + refused_4xx + refused_5xx;
    }
    Counters& operator+=(const Counters& other) { return combine(other, 1); }
    Counters operator-(const Counters& other) const { return Counters{*this}.combine(other, -1); }

 private:
    Counters& combine(const Counters& other, std::int64_t sign);
};

inline Counters& Counters::combine(const Counters& other, std::int64_t sign) {
    constexpr std::int64_t Counters::*all[] = {&Counters::delivered,       &Counters::duplicated,
                                               &Counters::reordered,       &Counters::gaps,
                                               &Counters::malformed,       &Counters::unmarked,
                                               &Counters::restarts,        &Counters::other_messages,
                                               &Counters::reads,           &Counters::bytes_in,
                                               &Counters::bytes_out,       &Counters::message_bytes,
                                               &Counters::requests,        &Counters::answers,
                                               &Counters::empty_answers,   &Counters::skipped_polls,
                                               &Counters::response_ns,     &Counters::in_flight_ns,
                                               &Counters::opened,          &Counters::reconnects,
                                               &Counters::repeated_polls,  &Counters::connect_failures,
                                               &Counters::replaced,        &Counters::cut,
                                               &Counters::dropped,         &Counters::apart,
                                               &Counters::redirects,       &Counters::tls_handshakes,
                                               &Counters::tls_resumptions, &Counters::refused_2xx,
                                               &Counters::refused_3xx,     &Counters::refused_4xx,
                                               &Counters::refused_5xx,     &Counters::protocol_errors};
    static_assert(sizeof all / sizeof all[0] == sizeof(Counters) / sizeof(std::int64_t),
                  "one is missing here");
    for (const auto member : all) this->*member += sign * other.*member;
    return *this;
}

}  // namespace pushbench::loadgen
