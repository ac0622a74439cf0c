#pragma once

#include <cstdint>

namespace pushbench::loadgen {

/// What one subscriber was delivered, by sequence, in constant memory: the highest sequence seen, how many
/// below it are missing, and which of the last 64 came.
class Ledger {
 public:
    enum class Kind : std::uint8_t {
        fresh,   ///< the highest so far, first time
        late,    ///< first time, but after a higher one: reordered
        repeat,  ///< had been delivered before: duplicated
        before   ///< from before the window that counts
    };

    /// From here on only sequences above `start` count.
    void begin(std::uint64_t start);
    /// The very first sequence of a ledger that was never begun begins it.
    Kind record(std::uint64_t seq);

    [[nodiscard]] bool begun() const { return begun_; }
    /// The highest sequence seen, or the start; what a reconnecting client gives as its cursor.
    [[nodiscard]] std::uint64_t head() const { return head_; }
    /// How many sequences count, if the topic's last one is `end`.
    [[nodiscard]] std::uint64_t expected(std::uint64_t end) const { return end > start_ ? end - start_ : 0; }
    /// Sequences that never came, if the topic's last one is `end`.
    [[nodiscard]] std::uint64_t lost(std::uint64_t end) const;

 private:
    std::uint64_t start_ = 0;
    std::uint64_t head_ = 0;
    std::uint64_t seen_ = 0;  ///< bit k: head_ - k was delivered
    std::uint64_t missing_ = 0;
    bool begun_ = false;
};

}  // namespace pushbench::loadgen
