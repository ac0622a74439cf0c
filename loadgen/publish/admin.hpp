#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loadgen/wire/socket.hpp"

namespace pushbench::loadgen {

/// What `POST /schedule` asks for.
struct ScheduleOrder {
    double rate_per_s = 0;
    std::uint32_t payload_bytes = 0;
    std::string arrival = "constant";
    std::uint64_t seed = 1;
    std::uint32_t topics = 1;
    std::string topic = "default";
    std::uint64_t count = 0;
};

/// What `GET /schedule` answers.
struct ScheduleState {
    bool running = false;
    std::int64_t published = 0;
    std::optional<std::int64_t> due_first_ns;
    std::optional<std::int64_t> due_last_ns;
};

/// The admin port of a server: blocking, each request on a connection of its own and bounded by a time limit.
/// Throws Failure with one line where the port refuses, keeps silent, or answers something else.
class AdminClient {
 public:
    explicit AdminClient(Address address) : address_{std::move(address)} {}

    void start(const ScheduleOrder& order) const;
    void stop() const;
    [[nodiscard]] ScheduleState schedule() const;
    /// Head of each named topic; 0 for one that nothing was published to.
    [[nodiscard]] std::vector<std::uint64_t> heads(const std::vector<std::string>& topics) const;
    /// Value of each metric by its name, label sets added up. Empty where there is no such page.
    [[nodiscard]] std::map<std::string, double> metrics() const;

 private:
    struct Reply {
        int status = 0;
        std::string status_text;
        std::string body;
    };
    [[nodiscard]] Reply call(std::string_view method, std::string_view path,
                             std::string_view body = {}) const;
    [[noreturn]] void refuse(const std::string& request, const Reply& reply, const std::string& right) const;

    Address address_;
};

/// Prometheus text, version 0.0.4: value by name, over all labels.
std::map<std::string, double> parse_metrics(std::string_view text);

}  // namespace pushbench::loadgen
