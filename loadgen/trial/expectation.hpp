#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "loadgen/publish/publisher.hpp"
#include "loadgen/trial/ranks.hpp"
#include "loadgen/trial/result.hpp"
#include "loadgen/trial/watch.hpp"

namespace pushbench::loadgen {

/// What is to come: from the heads of the topics when counting begins to those when publishing has ended. It
/// waits for all of it, and says in the result what did not come.
class Expectation {
 public:
    /// `publisher` may be null: others publish. All outlive this.
    Expectation(Ranks& ranks, Publisher* publisher, const std::vector<std::string>& topics, Watch& watch,
                Result& result)
        : settings_{result.settings},
          ranks_{ranks},
          publisher_{publisher},
          topics_{topics},
          watch_{watch},
          result_{result} {}

    /// What is published from now on counts. With `follows` the order of recipients is of interest.
    void begin(bool follows);
    /// Waits until what was published has come, or will not.
    void drain(const std::string& phase);

 private:
    std::vector<std::uint64_t> heads();
    std::vector<std::uint64_t> heads_at_start();
    std::vector<std::uint64_t> heads_at_end();
    void settle_starts(const std::vector<std::uint64_t>& end_heads);
    std::vector<std::uint64_t> untaken();
    [[nodiscard]] std::vector<std::uint64_t> promised(std::vector<std::uint64_t> heads) const;
    void wait_for_deliveries(const std::string& phase, const std::vector<std::uint64_t>& end_heads);

    const Settings& settings_;
    Ranks& ranks_;
    Publisher* publisher_;
    const std::vector<std::string>& topics_;
    Watch& watch_;
    Result& result_;
    std::vector<std::uint64_t> start_heads_;
    std::vector<std::uint64_t> start_untaken_;
};

}  // namespace pushbench::loadgen
