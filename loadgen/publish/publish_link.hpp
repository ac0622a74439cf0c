#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "loadgen/publish/carrier.hpp"
#include "loadgen/publish/courier.hpp"
#include "loadgen/publish/route.hpp"
#include "loadgen/wire/channel.hpp"

namespace pushbench::loadgen {

/// One connection to the target, connected again as often as it takes; or, where the route says so, a new one
/// for each letter, opened when that is due.
class PublishLink final : public Carrier {
 public:
    /// `route` and `book` outlive it.
    PublishLink(const Route& route, std::unique_ptr<Courier> courier, LetterBook& book);

    void open(std::int64_t now_ns) override;
    [[nodiscard]] bool free() const override;
    [[nodiscard]] bool was_tried() const override { return attempts_ != 0 || free(); }
    [[nodiscard]] bool holds_letter() const override { return letter_.has_value(); }
    void send(Letter letter, std::int64_t now_ns) override;
    void say_goodbye() override;

    [[nodiscard]] int fd() const override { return channel_.fd(); }
    [[nodiscard]] short events() const override;
    [[nodiscard]] std::int64_t next_ns() const override { return timer_ns_; }
    void on_events(std::int64_t now_ns) override;
    void on_time(std::int64_t now_ns) override;
    [[nodiscard]] WireCounts wire() const override;

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
    void drop();

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
    WireCounts closed_wire_;
};

}  // namespace pushbench::loadgen
