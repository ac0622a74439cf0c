#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "http/reader.hpp"
#include "http/routing.hpp"
#include "servers/one_worker.hpp"

namespace pushbench {

/// An exchange without a connection: what a handler does with it is written down.
class RecordedExchange final : public Exchange {
 public:
    explicit RecordedExchange(Worker& worker) : worker_(worker) {}

    /// Has the handler answer `GET target`.
    void ask(Handler handler, const std::string& target, void* state = nullptr) {
        HttpReader reader{worker_.options.limits};
        const std::string text = "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
        std::string_view bytes = text;
        ASSERT_EQ(reader.read(bytes), HttpReader::State::head);
        const auto parsed = parse_target(reader.head().target());
        ASSERT_TRUE(parsed);
        handler(*this, {reader.head(), {}, *parsed, state});
    }

    void respond(const Response& response) override {
        const auto answered = std::move(parked);  // destroyed at the end: it may be the caller
        responses.push_back(response);
    }
    void respond(const std::shared_ptr<const SharedResponse>& response) override {
        shared.push_back(response);
        respond(response->response());
    }
    void park(std::unique_ptr<Parked> waiting, std::int64_t wait_ns) override {
        parked = std::move(waiting);
        parked_for_ns = wait_ns;
    }
    Handover start_stream(const Response& head) override {
        return switch_protocols(serialize(head, {}, Persistence::close));
    }
    Handover switch_protocols(std::string_view answer) override { return {{}, std::string{answer}, {}}; }
    Worker& worker() override { return worker_; }

    std::vector<Response> responses;
    std::vector<std::shared_ptr<const SharedResponse>> shared;
    std::unique_ptr<Parked> parked;
    std::int64_t parked_for_ns = 0;

 private:
    Worker& worker_;
};

}  // namespace pushbench
