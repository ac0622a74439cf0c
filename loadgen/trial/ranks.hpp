#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "loadgen/peers/peers.hpp"
#include "loadgen/trial/questions.hpp"
#include "loadgen/trial/rank.hpp"

namespace pushbench::loadgen {

/// All processes of a trial as one: what is asked of it is asked of each, and what they say is put together.
/// Where there is one it is a call and no more. Who is lost says nothing, and is missing in what is put
/// together.
class Ranks {
 public:
    Ranks(Peers& peers, Rank& own) : peers_{peers}, own_{own} {}

    /// Asks all at once; their answers, ours first.
    template <auto function, class... Arguments>
    std::vector<typename Question<function>::Answer> each(const Arguments&... arguments) {
        using Answer = typename Question<function>::Answer;
        const bool others = peers_.size() != 1;
        if (others) peers_.ask(packed(number_of<function>(), arguments...));
        std::vector<Answer> all;
        all.push_back((own_.*function)(arguments...));
        if (others)
            for (const auto& answer : peers_.answers())
                if (answer) all.push_back(unpacked<Answer>(*answer));
        return all;
    }
    template <auto function, class... Arguments>
    std::int64_t sum(const Arguments&... arguments) {
        std::int64_t sum = 0;
        for (const std::int64_t one : each<function>(arguments...)) sum += one;
        return sum;
    }

    [[nodiscard]] std::int64_t ready() { return status(now).ready; }
    [[nodiscard]] std::int64_t refused_for_good() { return status(now).refused_for_good; }
    [[nodiscard]] std::int64_t delivered() { return status(now).delivered; }
    [[nodiscard]] std::int64_t not_understood() { return status(now).not_understood; }
    /// As it was a moment ago: for who only keeps an eye on it, while all are measured.
    [[nodiscard]] Status lately() { return status(a_moment_ago); }
    [[nodiscard]] Trouble trouble();
    [[nodiscard]] Hearing heard();

    /// Begins to connect, at one moment that is agreed on, which it gives.
    std::int64_t start();
    std::vector<std::uint64_t> begin_counting(const std::vector<std::uint64_t>& heads, bool follows);
    void lower_starts(std::vector<std::uint64_t>& starts);
    void raise_heads(std::vector<std::uint64_t>& heads);
    [[nodiscard]] std::int64_t behind(const std::vector<std::uint64_t>& heads) {
        return sum<&Rank::behind>(heads);
    }
    [[nodiscard]] std::int64_t silent();
    [[nodiscard]] Missing missing(const std::vector<std::uint64_t>& heads,
                                  const std::vector<std::uint64_t>& untaken);
    /// The window begins and ends everywhere at one moment.
    void begin_window();
    void end_window();

    /// One line that names a process that does not answer any more; empty while all do.
    [[nodiscard]] const std::string& loss() const { return peers_.loss(); }
    [[nodiscard]] Peers& peers() const { return peers_; }
    /// How long an interrupted trial waits for what is on its way. A launcher kills its processes a second
    /// after it asked them to end.
    [[nodiscard]] std::int64_t patience_ns() const;

 private:
    // Several figures of one moment are one question. Who waits for something looks every 5 ms.
    static constexpr std::int64_t now = 4'000'000;
    static constexpr std::int64_t a_moment_ago = 250'000'000;
    Status status(std::int64_t oldest_ns);

    Peers& peers_;
    Rank& own_;
    Status status_;  ///< of a moment ago, where others are asked
    std::int64_t status_ns_ = 0;
};

}  // namespace pushbench::loadgen
