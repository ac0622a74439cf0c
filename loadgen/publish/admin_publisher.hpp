#pragma once

#include "loadgen/publish/admin.hpp"
#include "loadgen/publish/publisher.hpp"

namespace pushbench::loadgen {

/// The server publishes by itself, on the order of its admin port.
class AdminPublisher final : public Publisher {
 public:
    /// `admin` outlives it.
    explicit AdminPublisher(const AdminClient& admin) : admin_{admin} {}
    ~AdminPublisher() override;

    void start(const ScheduleOrder& order) override;
    void stop() override;
    [[nodiscard]] ScheduleState state() override;
    [[nodiscard]] std::vector<std::uint64_t> heads(const std::vector<std::string>& topics) override {
        return admin_.heads(topics);
    }

 private:
    const AdminClient& admin_;
    bool ordered_ = false;  ///< by us, and not yet seen to be over
};

}  // namespace pushbench::loadgen
