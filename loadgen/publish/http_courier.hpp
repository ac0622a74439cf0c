#pragma once

#include <optional>
#include <string>

#include "loadgen/publish/courier.hpp"
#include "loadgen/publish/route.hpp"
#include "loadgen/wire/http_response.hpp"

namespace pushbench::loadgen {

/// One request a notification, on a connection that is kept (RFC 9112 §9.3), the next one when it is
/// answered. Any 2xx says that the notification was taken (RFC 9110 §15.3).
class HttpCourier final : public Courier {
 public:
    /// `route` outlives it.
    explicit HttpCourier(const Route& route) : route_{route} {}

    void begin(std::string& /*out*/) override { response_ = HttpResponse{}; }
    [[nodiscard]] bool ready() const override { return true; }
    [[nodiscard]] bool is_answered() const override { return true; }
    void send(const TemplateValues& values, std::string& out) override;
    Heard received(std::string_view bytes, std::string& out) override;
    Heard ended() override;
    void goodbye(std::string& /*out*/) override {}

 private:
    struct Answer final : ResponseSink {
        void on_head(const ResponseHead& head) override;
        void on_body(std::string_view piece) override;
        void on_end() override { whole = true; }

        int status = 0;
        std::string said;   ///< the status line's end
        std::string begin;  ///< of the body, for a message
        bool closes = false;
        bool whole = false;
    };
    [[nodiscard]] Heard judge();

    const Route& route_;
    HttpResponse response_;
    Answer answer_;
    std::string body_;
};

}  // namespace pushbench::loadgen
