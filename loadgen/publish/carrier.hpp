#pragma once

#include <cstdint>
#include <string>

#include "loadgen/dialects/template.hpp"
#include "loadgen/measure/tcp_info.hpp"

namespace pushbench::loadgen {

/// One notification on its way to the target.
struct Letter {
    std::uint32_t topic = 0;  ///< index
    std::uint64_t number = 0;
    std::int64_t due_ns = 0;
    std::int64_t sent_ns = 0;
};

/// Where a Carrier reports what became of a letter, and what it sends.
class LetterBook {
 public:
    virtual ~LetterBook() = default;
    /// The letter's values, with its `sent_ns`. The views hold until the next call.
    virtual TemplateValues write(const Letter& letter) = 0;
    virtual void on_taken(const Letter& letter, int status, std::int64_t now_ns) = 0;
    virtual void on_refused(const Letter& letter, int status, const std::string& problem) = 0;
    virtual void on_unanswered(const Letter& letter, const std::string& problem) = 0;
    virtual void on_sent_again() = 0;
    virtual void on_opened() = 0;
    virtual void on_connect_failure(const std::string& problem) = 0;
};

/// One way by which letters go to the target, one after the other. Belongs to the publisher's thread, which
/// waits for its file, if it has one, and its time.
class Carrier {
 public:
    virtual ~Carrier() = default;
    virtual void open(std::int64_t now_ns) = 0;
    /// Can take a letter now.
    [[nodiscard]] virtual bool free() const = 0;
    /// Could be used, or it is known that it cannot.
    [[nodiscard]] virtual bool was_tried() const = 0;
    /// Has one whose fate is not known yet.
    [[nodiscard]] virtual bool holds_letter() const = 0;
    virtual void send(Letter letter, std::int64_t now_ns) = 0;
    /// Ends as its protocol does, if that can be said at once. For good.
    virtual void say_goodbye() = 0;

    [[nodiscard]] virtual int fd() const = 0;        ///< -1: nothing to wait for
    [[nodiscard]] virtual short events() const = 0;  ///< of poll(2)
    /// When on_time() is to be called; INT64_MAX: not at all.
    [[nodiscard]] virtual std::int64_t next_ns() const = 0;
    virtual void on_events(std::int64_t now_ns) = 0;
    virtual void on_time(std::int64_t now_ns) = 0;
    /// What has gone over connections of its own, those that are closed included.
    [[nodiscard]] virtual WireCounts wire() const = 0;
};

}  // namespace pushbench::loadgen
