#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "http/message.hpp"
#include "net/socket.hpp"

namespace pushbench {

class Worker;

/// A request that waits for its answer. What carries its exchange owns it until then.
class Parked {
 public:
    virtual ~Parked() = default;
    /// Its time is up, or the server ends: answer now.
    virtual void answer_empty() = 0;
};

/// What a stream begins with, where its request ended.
struct Handover {
    Socket socket;      ///< still watched: its new owner takes over, see Socket::hand_over()
    std::string first;  ///< leaves before all else: answers to earlier requests, then the head
    std::string rest;   ///< what the client sent behind its request
};

/// One request and its answer, as a handler sees them. Which HTTP carries it, whether the connection goes on
/// behind it and whose pages may read it are no handler's matter: so another HTTP can come below. It ends
/// with respond() or with a stream.
class Exchange {
 public:
    virtual void respond(const Response& response) = 0;
    virtual void respond(const std::shared_ptr<const SharedResponse>& response) = 0;
    /// Waits for respond(), `wait_ns` at most.
    virtual void park(std::unique_ptr<Parked> parked, std::int64_t wait_ns) = 0;
    /// What follows the head, and the body it may have already, is written by whoever takes the stream over.
    virtual Handover start_stream(const Response& head) = 0;
    /// The same by another protocol; `answer` is what that wants to be said first (RFC 9110 §7.8).
    virtual Handover switch_protocols(std::string_view answer) = 0;
    /// The thread that all of this happens on.
    virtual Worker& worker() = 0;

 protected:
    ~Exchange() = default;
};

}  // namespace pushbench
