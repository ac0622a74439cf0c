#pragma once

#include <cstdint>
#include <string>

namespace pushbench::loadgen {

/// What a trial tells while it runs, whoever shows it.
class Onlooker {
 public:
    virtual ~Onlooker() = default;
    /// The phase that runs, how long it still may (below zero: not known), and how far it is.
    virtual void show(const std::string& phase, double left_s, const std::string& detail) = 0;
    /// Nothing is shown any more.
    virtual void clear() = 0;
};

/// Who may ask a trial to end early.
class Interrupts {
 public:
    virtual ~Interrupts() = default;
    [[nodiscard]] virtual bool asked_to_end() const = 0;
    /// Asked once more: there is no patience left for what is still missing.
    [[nodiscard]] virtual bool asked_again() const { return false; }
};

}  // namespace pushbench::loadgen
