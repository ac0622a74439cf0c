#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "notify/faults.hpp"

namespace pushbench {

/// Faults with a timer that lets out what they hold. Belongs to the thread that publishes.
class FaultInjector final : public Sink {
 public:
    FaultInjector(boost::asio::io_context& io, const FaultOptions& options, Outlet& outlet);

    void publish(std::string_view topic, std::string_view payload, std::int64_t due_ns, std::int64_t sent_ns,
                 const Published& done) override;
    const Faults& faults() const { return faults_; }

 private:
    void run();

    Faults faults_;
    boost::asio::steady_timer timer_;
};

}  // namespace pushbench
