#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "loadgen/peers/host.hpp"
#include "loadgen/peers/mailbox.hpp"
#include "loadgen/peers/peers.hpp"

namespace pushbench::loadgen {

/// Processes that do not fit together: wrong usage.
class Misfit : public Failure {
 public:
    using Failure::Failure;
};

/// What each rank says of itself before anything else.
struct Hello {
    std::string program;  ///< and its version
    std::vector<std::string> options;
    Host host;

    template <class Porter>
    void carry(Porter& porter) {
        porter.all(program, options, host);
    }
};

/// Several processes with a way to send each other bytes: rank 0 in the middle, all others speak to it alone.
class Star final : public Peers {
 public:
    struct Patience {
        std::int64_t hello_ns = 60'000'000'000;   ///< until all are there
        std::int64_t answer_ns = 10'000'000'000;  ///< of one who is at work
        /// Of one who is at work when somebody asks for the end: launchers kill a second after they said so.
        std::int64_t hurry_ns = 300'000'000;
        std::int64_t silence_ns = 120'000'000'000;  ///< of rank 0
    };

    /// Waits until all are there. Throws Misfit where they are not of one version or one mind.
    /// `hurried` says whether somebody has asked for the end.
    Star(std::unique_ptr<Mailbox> mailbox, const Hello& hello, std::function<bool()> hurried,
         const Patience& patience);

    [[nodiscard]] std::uint32_t rank() const override { return mailbox_->rank(); }
    [[nodiscard]] std::uint32_t size() const override { return mailbox_->size(); }
    [[nodiscard]] const PeerInfo& info(std::uint32_t rank) const override { return infos_[rank]; }
    void ask(const Bytes& question) override;
    [[nodiscard]] std::vector<std::optional<Bytes>> answers() override;
    void compare_clocks() override;
    [[nodiscard]] std::int64_t lead_ns() const override;
    [[nodiscard]] const std::string& loss() const override { return loss_; }
    [[nodiscard]] std::optional<Bytes> next_question() override;
    void answer(const Bytes& answer) override;
    void refuse(const std::string& why) override;
    void end(int exit_code) override;

 private:
    enum class Kind : std::uint8_t { hello, question, answer, refusal, ping, pong, end };

    void send(std::uint32_t to, Kind kind, const Bytes& bytes);
    void welcome(const Hello& own);
    void introduce(const std::vector<Hello>& hellos);
    void lose(std::uint32_t rank, const std::string& why);
    [[nodiscard]] bool take_answer(const Parcel& parcel, std::vector<std::optional<Bytes>>& answers,
                                   std::string& refusal);
    [[nodiscard]] std::optional<PingPong> ping(std::uint32_t rank);
    [[nodiscard]] std::optional<ClockOffset> compare_clock(std::uint32_t rank);

    std::unique_ptr<Mailbox> mailbox_;
    std::function<bool()> hurried_;
    Patience patience_;
    std::vector<PeerInfo> infos_;  ///< rank 0 only knows all
    std::string loss_;
    std::uint32_t number_ =
        0;  ///< of the question that is open, so that no late answer is taken for one to it
    bool clocks_compared_ = false;
    bool ended_ = false;
};

}  // namespace pushbench::loadgen
