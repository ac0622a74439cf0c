#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "loadgen/publish/carrier.hpp"
#include "loadgen/publish/route.hpp"

namespace pushbench::loadgen {

/// Has client `number` send a message on the connection by which it is subscribed. From any thread.
using Say = std::function<void(std::uint32_t client, std::string message)>;

/// Letters that a client of the crowd sends itself, on the connection that it has. Nothing is answered, so
/// what was handed to it counts as taken: one that is not connected at that moment loses it.
class ClientCarrier final : public Carrier {
 public:
    /// `route` and `book` outlive it.
    ClientCarrier(const Route& route, std::uint32_t client, Say say, LetterBook& book)
        : route_{route}, client_{client}, say_{std::move(say)}, book_{book} {}

    void open(std::int64_t /*now_ns*/) override {}
    [[nodiscard]] bool free() const override { return true; }
    [[nodiscard]] bool was_tried() const override { return true; }
    [[nodiscard]] bool holds_letter() const override { return false; }
    void send(Letter letter, std::int64_t now_ns) override;
    void say_goodbye() override {}

    [[nodiscard]] int fd() const override { return -1; }
    [[nodiscard]] short events() const override { return 0; }
    [[nodiscard]] std::int64_t next_ns() const override { return INT64_MAX; }
    void on_events(std::int64_t /*now_ns*/) override {}
    void on_time(std::int64_t /*now_ns*/) override {}
    [[nodiscard]] WireCounts wire() const override { return {}; }  // it is the crowd's

 private:
    const Route& route_;
    std::uint32_t client_;
    Say say_;
    LetterBook& book_;
};

}  // namespace pushbench::loadgen
