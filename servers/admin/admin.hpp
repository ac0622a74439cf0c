#pragma once

#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/routing.hpp"
#include "net/server_options.hpp"
#include "notify/publisher.hpp"

namespace pushbench {

/// What the admin port needs of the server behind it. Called on the first worker's thread.
class AdminTarget {
 public:
    virtual Sink& sink() = 0;
    virtual std::size_t max_topics() const = 0;
    virtual std::string metrics() const = 0;
    /// Why notifications do not come, or are not taken, in one line; empty: all is well.
    virtual std::string why_unwell() const { return {}; }
    /// How long a publication may take to be answered; 0: it is answered at once.
    virtual std::int64_t longest_wait_ns() const { return 0; }
    virtual std::map<std::string, std::uint64_t> heads() const = 0;

 protected:
    ~AdminTarget() = default;
};

/// The admin port: /publish, /schedule, /topics, /metrics, /healthz. Owns the publisher that runs a schedule.
class Admin {
 public:
    /// `token`: what clients have to show; empty: none.
    Admin(boost::asio::io_context& io, AdminTarget& target, const ServerOptions& options, std::string token);

    const HttpService& service() const { return service_; }
    AdminTarget& target() { return target_; }

    /// False if a schedule is still running.
    bool start_schedule(const ScheduleOptions& options);
    /// What it has published stays in its status.
    void stop_schedule();
    std::string schedule_status() const;

 private:
    bool running() const;
    void run_publisher();

    AdminTarget& target_;
    boost::asio::steady_timer timer_;
    std::unique_ptr<Publisher> publisher_;
    HttpService service_;
    bool stopped_ = false;
};

/// Reads the body of POST /schedule. Empty, with one line in `problem`, if it is not right.
std::optional<ScheduleOptions> parse_schedule(std::string_view json, std::string& problem);

}  // namespace pushbench
