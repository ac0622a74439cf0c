#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "loadgen/publish/publisher.hpp"
#include "loadgen/wire/failure.hpp"
#include "loadgen/wire/http_client.hpp"

namespace pushbench::loadgen {

/// The admin port answered, and said no.
class AdminRefusal : public Failure {
 public:
    using Failure::Failure;
};

/// The admin port of a server: blocking, each request on a connection of its own and bounded by a time limit.
/// Throws Failure with one line where the port keeps silent or answers something else, AdminRefusal where it
/// refuses.
class AdminClient {
 public:
    /// `token` goes with each request, as `Authorization: Bearer`; empty: none does.
    explicit AdminClient(Address address, std::string token = {})
        : address_{std::move(address)}, token_{std::move(token)} {}

    /// `POST /schedule`.
    void start(const ScheduleOrder& order) const;
    /// `DELETE /schedule`, whoever ordered it.
    void stop() const;
    /// `GET /schedule`.
    [[nodiscard]] ScheduleState schedule() const;
    /// Head of each named topic; 0 for one that nothing was published to.
    [[nodiscard]] std::vector<std::uint64_t> heads(const std::vector<std::string>& topics) const;
    /// Value of each metric by its name, label sets added up. Empty where there is no such page.
    [[nodiscard]] std::map<std::string, double> metrics() const;

 private:
    [[nodiscard]] HttpAnswer call(std::string_view method, std::string_view path,
                                  std::string_view body = {}) const;
    [[noreturn]] void refuse(const std::string& request, const HttpAnswer& reply,
                             const std::string& right) const;

    Address address_;
    std::string token_;
};

/// Prometheus text, version 0.0.4: value by name, over all labels.
std::map<std::string, double> parse_metrics(std::string_view text);

}  // namespace pushbench::loadgen
