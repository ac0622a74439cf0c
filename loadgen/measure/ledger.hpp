#pragma once

#include <cstdint>
#include <memory>
#include <vector>

namespace pushbench::loadgen {

/// What one subscriber was delivered, by sequence: the highest seen, and the holes below it. So what is lost,
/// came twice or came late is exact over reconnects and replays. Small where nothing is missing: ten thousand
/// clients have one each.
///
/// A sequence may begin again while the subscriber listens, because its server was restarted. That is another
/// life of it, told by another epoch, or, where messages name none, by a number that had come before and was
/// sent later than all others. Sequences start at 1 in every life, so what lies below the first that is seen
/// of a new one is missing; what is expected and lost is summed over all lives.
class Ledger {
 public:
    enum class Kind : std::uint8_t {
        fresh,   ///< the highest so far, first time
        late,    ///< first time, but after a higher one: reordered
        repeat,  ///< had been delivered before: duplicated
        before,  ///< from before the window that counts
        restart  ///< the first of another life of the sequence
    };
    /// As many holes are known one by one. Of more, the oldest stay lost: who comes that late after all is
    /// taken for a repeat.
    static constexpr std::size_t most_holes = 4096;

    /// From here on only sequences above `start` of the life that is on count.
    void begin(std::uint64_t start);
    /// The same of one that was never begun, or whose subscriber left.
    void join(std::uint64_t start);
    /// Another subscriber takes the place of this one: what was expected and lost until now stays counted,
    /// and with its own first sequence it begins anew.
    void leave();
    /// The very first sequence of a ledger that was never begun begins it. `sent_ns` tells lives apart where
    /// `epoch` is 0: not named.
    Kind record(std::uint64_t seq, std::int64_t sent_ns, std::uint64_t epoch);

    [[nodiscard]] bool begun() const { return start_ != not_begun; }
    /// Above which sequences count; UINT64_MAX while it is not begun.
    [[nodiscard]] std::uint64_t start() const { return start_; }
    /// The highest sequence seen, or the start; what a reconnecting client gives as its cursor.
    [[nodiscard]] std::uint64_t head() const {
        if (!begun()) return 0;
        return head_ > start_ ? head_ : start_;
    }
    /// How many sequences count, if the topic's last one is `end`.
    [[nodiscard]] std::uint64_t expected(std::uint64_t end) const;
    /// Sequences that never came, if the topic's last one is `end`.
    [[nodiscard]] std::uint64_t lost(std::uint64_t end) const;

 private:
    /// Sequences that did not come, both ends included.
    struct Hole {
        std::uint64_t first;
        std::uint64_t last;
    };
    /// What a subscriber has that missed something, or whose sequence began again.
    struct Losses {
        std::vector<Hole> holes;          ///< rising
        std::uint64_t given_up = 0;       ///< of holes that are no longer known one by one
        std::uint64_t past_expected = 0;  ///< of lives that are over
        std::uint64_t past_lost = 0;
    };
    static constexpr std::uint64_t not_begun = UINT64_MAX;
    static constexpr std::int64_t nothing_seen = -1;

    [[nodiscard]] bool another_life(std::uint64_t seq, std::int64_t mark) const;
    void end_life();
    Kind begin_anew(std::uint64_t seq, std::int64_t mark);
    Kind look_back(std::uint64_t seq);
    void miss(std::uint64_t first, std::uint64_t last);
    void keep_bound();
    [[nodiscard]] std::vector<Hole>::iterator hole_at(std::uint64_t seq) const;
    bool fill(std::uint64_t seq);
    [[nodiscard]] bool in_hole(std::uint64_t seq) const;
    [[nodiscard]] std::uint64_t counted(const Hole& hole) const;
    [[nodiscard]] std::uint64_t missing() const;
    Losses& losses();

    std::uint64_t start_ = not_begun;
    std::uint64_t head_ = 0;  ///< really seen; below the start where the subscriber lags when counting begins
    /// Which life this is: the latest sending time, or, below zero, the epoch.
    std::int64_t mark_ = nothing_seen;
    std::unique_ptr<Losses> losses_;
};

}  // namespace pushbench::loadgen
