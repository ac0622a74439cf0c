#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>

#include "loadgen/wire/target.hpp"

namespace pushbench::loadgen {

/// Where redirects have led the subscribers of one worker. A name is looked up once, whoever is sent to it
/// next.
class Places {
 public:
    /// The number of the place where `location` leads from there, from 1. Throws Failure as
    /// Target::redirected().
    std::uint16_t find(const Target& from, const std::string& location);
    [[nodiscard]] const Target& at(std::uint16_t number) const { return targets_[number - 1U]; }

 private:
    std::deque<Target> targets_;  // that stay where they are
    std::map<std::string, std::uint16_t> numbers_;
};

}  // namespace pushbench::loadgen
