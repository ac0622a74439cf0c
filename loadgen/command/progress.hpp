#pragma once

#include <cstdint>
#include <string>

#include "loadgen/trial/onlooker.hpp"

namespace pushbench::loadgen {

/// One line on standard error that says what runs now; nothing at all where that is no terminal.
class Progress final : public Onlooker {
 public:
    Progress();
    ~Progress() override { Progress::clear(); }
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /// Redraws at most ten times a second. `left_s` below zero: not known.
    void show(const std::string& phase, double left_s, const std::string& detail) override;
    void clear() override;

 private:
    bool terminal_;
    bool drawn_ = false;
    std::int64_t drawn_ns_ = 0;
    std::string phase_;
};

}  // namespace pushbench::loadgen
