#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "loadgen/peers/clocks.hpp"
#include "loadgen/peers/porter.hpp"

namespace pushbench::loadgen {

/// Of one of the processes that share a load.
struct PeerInfo {
    std::string host;
    bool same_clock = true;  ///< it reads the very clock that rank 0 reads
    ClockOffset clock;       ///< against that of rank 0
    std::uint32_t here = 0;  ///< how many of lower rank run on its machine
    bool lost = false;       ///< it does not answer any more
};

/// The processes that share a load, and how they come to one result: rank 0 asks, all others answer. So
/// phases are in step by themselves, and whatever is decided is decided in one place. Answers are waited for
/// within bounds: who does not answer is lost, and the others go on without it.
class Peers {
 public:
    Peers() = default;
    virtual ~Peers() = default;
    Peers(const Peers&) = delete;
    Peers& operator=(const Peers&) = delete;

    [[nodiscard]] virtual std::uint32_t rank() const = 0;
    [[nodiscard]] virtual std::uint32_t size() const = 0;
    [[nodiscard]] virtual const PeerInfo& info(std::uint32_t rank) const = 0;

    // Rank 0:
    /// Puts a question to all others, who begin to work on it while we do the same.
    virtual void ask(const Bytes& question) = 0;
    /// Their answers to it, from rank 1 on; empty where one is lost. Throws Failure with its rank and host
    /// where one says that it cannot.
    [[nodiscard]] virtual std::vector<std::optional<Bytes>> answers() = 0;
    [[nodiscard]] std::vector<std::optional<Bytes>> gather(const Bytes& question) {
        ask(question);
        return answers();
    }
    /// Compares all clocks with ours. From the second time on bounds hold for all the time since the first.
    virtual void compare_clocks() = 0;
    /// How long after now a question has reached all that have just answered another one.
    [[nodiscard]] virtual std::int64_t lead_ns() const = 0;
    /// One line that names the first that was lost; empty where all are there.
    [[nodiscard]] virtual const std::string& loss() const = 0;

    // All others:
    /// Waits for the next question; empty when rank 0 has ended. Throws Failure where it is silent for too
    /// long.
    [[nodiscard]] virtual std::optional<Bytes> next_question() = 0;
    virtual void answer(const Bytes& answer) = 0;
    /// Why there is no answer.
    virtual void refuse(const std::string& why) = 0;

    /// All is over; rank 0 sends the others home. Where one of them is lost, nobody can leave in good order:
    /// the process then ends here, with that exit code, and the launcher ends the rest.
    virtual void end(int exit_code) = 0;
};

/// One process that has the load for itself.
class Alone final : public Peers {
 public:
    [[nodiscard]] std::uint32_t rank() const override { return 0; }
    [[nodiscard]] std::uint32_t size() const override { return 1; }
    [[nodiscard]] const PeerInfo& info(std::uint32_t /*rank*/) const override { return info_; }
    void ask(const Bytes& /*question*/) override {}
    [[nodiscard]] std::vector<std::optional<Bytes>> answers() override { return {}; }
    void compare_clocks() override {}
    [[nodiscard]] std::int64_t lead_ns() const override { return 1'000'000; }
    [[nodiscard]] const std::string& loss() const override { return info_.host; }
    [[nodiscard]] std::optional<Bytes> next_question() override { return std::nullopt; }
    void answer(const Bytes& /*answer*/) override {}
    void refuse(const std::string& /*why*/) override {}
    void end(int /*exit_code*/) override {}

 private:
    PeerInfo info_;
};

/// How many of so many clients a rank has: they are dealt out in turn, so the first have the remainder.
[[nodiscard]] constexpr std::uint32_t share_of(std::uint32_t clients, std::uint32_t rank,
                                               std::uint32_t ranks) {
    return clients / ranks + (rank < clients % ranks ? 1 : 0);
}

}  // namespace pushbench::loadgen
