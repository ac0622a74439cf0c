#pragma once

#include <string>
#include <string_view>

namespace pushbench::loadgen {

/// Empties a buffer. An idle connection should hold no memory for the largest frame it once saw.
inline void let_go(std::string& buffer) {
    if (buffer.capacity() > 4096)
        std::string{}.swap(buffer);
    else
        buffer.clear();
}

/// The beginning of a frame whose end has not come yet. Costs nothing while frames come whole.
class Carry {
 public:
    /// What is to be parsed now: the new bytes themselves, or those kept with the new ones behind them.
    std::string_view join(std::string_view bytes) {
        if (kept_.empty()) return bytes;
        kept_ += bytes;
        return kept_;
    }

    /// Keeps the end of what join() gave, for the next time.
    void keep(std::string_view rest) {
        if (rest.empty()) {
            clear();
        } else if (!kept_.empty()) {
            kept_.erase(0, kept_.size() - rest.size());
        } else {
            kept_ = rest;
        }
    }

    void clear() { let_go(kept_); }

    [[nodiscard]] std::size_t size() const { return kept_.size(); }

 private:
    std::string kept_;
};

}  // namespace pushbench::loadgen
