#pragma once

#include <string>

#include "loadgen/publish/courier.hpp"
#include "loadgen/publish/route.hpp"
#include "loadgen/transport/protocol.hpp"

namespace pushbench::loadgen {

/// One message a notification, on a WebSocket that is opened and kept as the dialect says, for one topic:
/// some servers take messages only from who has subscribed. Nothing is answered, so what was sent counts as
/// taken; what comes is passed over.
class WebSocketCourier final : public Courier, Receiver {
 public:
    /// `route` outlives it.
    WebSocketCourier(const Route& route, std::uint32_t number, std::string topic, std::string token);

    void begin(std::string& out) override;
    [[nodiscard]] bool ready() const override { return ready_; }
    [[nodiscard]] bool is_answered() const override { return false; }
    void send(const TemplateValues& values, std::string& out) override;
    Heard received(std::string_view bytes, std::string& out) override;
    Heard ended() override { return {}; }
    void goodbye(std::string& out) override { protocol_->goodbye(out); }

 private:
    void on_ready(std::string_view /*cursor*/) override { ready_ = true; }
    void on_message(std::string_view /*bytes*/) override {}
    void on_other(std::string_view /*what*/) override {}
    void on_gap() override {}
    void on_answer(bool /*empty*/) override {}
    void on_retry(std::chrono::milliseconds /*delay*/) override {}
    void on_refused(Refusal why) override { problem_ = std::move(why.reason); }

    const Route& route_;
    std::uint32_t number_;
    std::string topic_;
    std::string encoded_topic_;
    std::string token_;
    std::unique_ptr<Protocol> protocol_;
    std::string message_;
    std::string problem_;
    bool ready_ = false;
};

}  // namespace pushbench::loadgen
