#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "loadgen/dialects/template.hpp"

namespace pushbench::loadgen {

/// What the bytes that came have said.
struct Heard {
    bool answered = false;  ///< what was sent last has its answer
    int status = 0;         ///< of the answer, by HTTP
    std::string problem;  ///< one line: what is wrong with the answer, or with the connection; empty: nothing
    bool over = false;    ///< the connection cannot be used further
};

/// How notifications travel on one connection, without any I/O: what to send is appended to `out`.
class Courier {
 public:
    virtual ~Courier() = default;
    /// A new connection is there: what has to be said first.
    virtual void begin(std::string& out) = 0;
    /// Notifications may be sent.
    [[nodiscard]] virtual bool ready() const = 0;
    /// Whether each notification is answered, and none is to be sent before that.
    [[nodiscard]] virtual bool is_answered() const = 0;
    virtual void send(const TemplateValues& values, std::string& out) = 0;
    virtual Heard received(std::string_view bytes, std::string& out) = 0;
    /// The peer has closed; for some answers that is the end.
    virtual Heard ended() = 0;
    /// What to say before the connection is closed from this side. Nobody waits for an answer.
    virtual void goodbye(std::string& out) = 0;
};

}  // namespace pushbench::loadgen
