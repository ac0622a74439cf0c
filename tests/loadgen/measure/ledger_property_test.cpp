// The ledger against a list of all that was published and all that came, over random losses, doubles, swaps,
// replays and restarts.
#include <gtest/gtest.h>

#include <random>
#include <set>
#include <vector>

#include "loadgen/measure/ledger.hpp"

namespace pushbench::loadgen {
namespace {

using Kind = Ledger::Kind;

struct Published {
    std::uint64_t seq;
    std::int64_t sent_ns;
    std::uint64_t epoch;
};

/// What came of one life, each number by itself.
struct Came {
    void take(std::uint64_t seq) {
        if (!seen.insert(seq).second)
            ++repeats;
        else if (seq < *seen.rbegin())
            ++late;
    }
    [[nodiscard]] std::uint64_t head() const { return seen.empty() ? 0 : *seen.rbegin(); }
    [[nodiscard]] std::uint64_t lost(std::uint64_t end) const { return end - seen.size(); }

    std::set<std::uint64_t> seen;
    std::uint64_t repeats = 0;
    std::uint64_t late = 0;
};

/// A server that restarts, a network that loses and swaps, and a client that reconnects too far back.
class World {
 public:
    World(std::uint64_t seed, bool names_epochs) : random_{seed}, names_epochs_{names_epochs} {
        ledger_.begin(0);
    }

    void run(int steps) {
        for (int i = 0; i != steps; ++i) {
            if (chance(0.002)) restart();
            if (chance(0.02)) replay();
            publish();
        }
        while (!held_.empty()) release();
    }
    void check() {
        const std::uint64_t end = lives_.back().empty() ? 0 : lives_.back().size();
        std::uint64_t expected = end;
        std::uint64_t lost = came_.back().lost(end);
        std::uint64_t repeats = came_.back().repeats;
        std::uint64_t late = came_.back().late;
        for (std::size_t life = 0; life + 1 < came_.size(); ++life) {
            expected += came_[life].head();
            lost += came_[life].lost(came_[life].head());
            repeats += came_[life].repeats;
            late += came_[life].late;
        }
        EXPECT_EQ(ledger_.expected(end), expected);
        EXPECT_EQ(ledger_.lost(end), lost);
        EXPECT_EQ(kinds_[static_cast<int>(Kind::repeat)], repeats);
        EXPECT_EQ(kinds_[static_cast<int>(Kind::late)], late);
        EXPECT_EQ(kinds_[static_cast<int>(Kind::restart)], came_.size() - 1);
        EXPECT_EQ(kinds_[static_cast<int>(Kind::before)], 0U);
        const std::uint64_t delivered = kinds_[static_cast<int>(Kind::fresh)] +
                                        kinds_[static_cast<int>(Kind::late)] +
                                        kinds_[static_cast<int>(Kind::restart)];
        EXPECT_EQ(delivered + lost, expected) << "nothing is both, nothing is neither";
    }
    [[nodiscard]] std::size_t lives() const { return came_.size(); }
    [[nodiscard]] std::uint64_t repeats() const { return kinds_[static_cast<int>(Kind::repeat)]; }

 private:
    bool chance(double share) { return std::bernoulli_distribution{share}(random_); }

    void publish() {
        time_ns_ += 1'000;
        auto& life = lives_.back();
        life.push_back({life.size() + 1, time_ns_, names_epochs_ ? lives_.size() : 0});
        if (chance(0.03)) return;  // lost
        held_.push_back(life.back());
        if (chance(0.02)) held_.push_back(life.back());
        while (held_.size() > 4 || (!held_.empty() && chance(0.7))) release();
    }
    /// Mostly the one that has waited longest.
    void release() {
        const std::size_t which = chance(0.1) ? held_.size() - 1 : 0;
        const Published one = held_[which];
        held_.erase(held_.begin() + static_cast<std::ptrdiff_t>(which));
        deliver(one);
    }
    void replay() {
        const auto& life = lives_.back();
        const std::size_t back = std::uniform_int_distribution<std::size_t>{0, 300}(random_);
        while (!held_.empty()) release();
        for (std::size_t i = life.size() - std::min(back, life.size()); i != life.size(); ++i)
            if (!chance(0.1)) deliver(life[i]);
    }
    /// What was on its way is gone. Without epochs the new life is told by its first, which is one that came.
    void restart() {
        held_.clear();
        if (came_.back().seen.empty() || (!names_epochs_ && !came_.back().seen.contains(1))) return;
        lives_.emplace_back();
        came_.emplace_back();
        const int unheard = names_epochs_ ? std::uniform_int_distribution{0, 400}(random_) : 0;
        for (int i = 0; i <= unheard; ++i) {
            time_ns_ += 1'000;
            auto& life = lives_.back();
            life.push_back({life.size() + 1, time_ns_, names_epochs_ ? lives_.size() : 0});
        }
        deliver(lives_.back().back());
    }
    void deliver(const Published& one) {
        came_.back().take(one.seq);
        ++kinds_[static_cast<int>(ledger_.record(one.seq, one.sent_ns, one.epoch))];
    }

    std::mt19937_64 random_;
    bool names_epochs_;
    std::int64_t time_ns_ = 0;
    std::vector<std::vector<Published>> lives_{1};
    std::vector<Came> came_{1};
    std::vector<Published> held_;
    Ledger ledger_;
    std::uint64_t kinds_[5]{};
};

TEST(LedgerAgainstAList, AgreesOverLossesDoublesSwapsReplaysAndRestarts) {
    std::size_t lives = 0;
    std::uint64_t repeats = 0;
    for (std::uint64_t seed = 1; seed <= 60; ++seed)
        for (const bool names_epochs : {false, true}) {
            World world{seed, names_epochs};
            world.run(2'000);
            world.check();
            ASSERT_FALSE(HasFailure()) << "seed " << seed << ", epochs " << names_epochs;
            lives += world.lives();
            repeats += world.repeats();
        }
    EXPECT_GT(lives, 240U) << "restarts were part of it";
    EXPECT_GT(repeats, 10'000U) << "and replays";
}

}  // namespace
}  // namespace pushbench::loadgen
