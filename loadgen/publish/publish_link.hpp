#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "loadgen/publish/courier.hpp"
#include "loadgen/publish/route.hpp"
#include "loadgen/wire/channel.hpp"

namespace pushbench::loadgen {

/// One notification on its way to the target.
struct Letter {
    std::uint32_t topic = 0;  ///< index
    std::uint64_t number = 0;
    std::int64_t due_ns = 0;
    std::int64_t sent_ns = 0;
};

/// Where a PublishLink reports what became of a letter, and what it sends.
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

/// One connection to the target, connected again as often as it takes. Belongs to the publisher's thread,
/// which waits for its socket and its time.
class PublishLink {
 public:
    /// `route` and `book` outlive it.
    PublishLink(const Route& route, std::unique_ptr<Courier> courier, LetterBook& book);

    void open(std::int64_t now_ns);
    /// Can take a letter now.
    [[nodiscard]] bool free() const;
    /// Could be used, or it is known that it cannot.
    [[nodiscard]] bool was_tried() const { return attempts_ != 0 || free(); }
    /// Has one whose fate is not known yet.
    [[nodiscard]] bool holds_letter() const { return letter_.has_value(); }
    void send(Letter letter, std::int64_t now_ns);
    /// Ends the connection as its protocol does, if that can be said at once. For good.
    void say_goodbye();

    [[nodiscard]] int fd() const { return channel_.fd(); }
    [[nodiscard]] short events() const;  ///< of poll(2)
    /// When on_time() is to be called; INT64_MAX: not at all.
    [[nodiscard]] std::int64_t next_ns() const { return timer_ns_; }
    void on_events(std::int64_t now_ns);
    void on_time(std::int64_t now_ns);

 private:
    enum class State : std::uint8_t { closed, connecting, greeting, working };

    void put(std::int64_t now_ns);
    void flush(std::int64_t now_ns);
    void read(std::int64_t now_ns);
    void greet(std::int64_t now_ns);
    /// False if the connection is gone.
    bool hear(const Heard& heard, std::int64_t now_ns);
    void settle(int status, const std::string& problem);
    enum class Repeat : std::uint8_t { no, if_idle_close };
    void break_off(const std::string& why, std::int64_t now_ns, Repeat repeat);
    void close(std::int64_t now_ns);

    const Route& route_;
    std::unique_ptr<Courier> courier_;
    LetterBook& book_;
    Channel channel_;
    State state_ = State::closed;
    bool wants_write_ = false;
    std::string unsent_;
    std::optional<Letter> letter_;
    bool heard_ = false;  ///< bytes of an answer to the letter have come
    bool used_ = false;   ///< this connection has carried a letter to its end
    bool tried_again_ = false;
    std::uint32_t attempts_ = 0;  ///< in vain, since it was last of use
    std::size_t address_ = 0;     ///< of the target's, the one that is tried; the next one after a failure
    std::int64_t timer_ns_ = INT64_MAX;
};

}  // namespace pushbench::loadgen
