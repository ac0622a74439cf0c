#pragma once

#include <memory>
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

/// The beginning of a frame whose end has not come yet. Costs 8 bytes while frames come whole, as most do:
/// there are several in each of very many connections.
class Carry {
 public:
    /// What is to be parsed now: the new bytes themselves, or those kept with the new ones behind them.
    std::string_view join(std::string_view bytes) {
        if (size() == 0) return bytes;
        *kept_ += bytes;
        return *kept_;
    }

    /// Keeps the end of what join() gave, for the next time.
    void keep(std::string_view rest) {
        if (rest.empty()) return clear();
        if (size() != 0) {
            kept_->erase(0, kept_->size() - rest.size());
            return;
        }
        if (!kept_) kept_ = std::make_unique<std::string>();
        *kept_ = rest;
    }

    void clear() {
        if (kept_) let_go(*kept_);
    }

    [[nodiscard]] std::size_t size() const { return kept_ ? kept_->size() : 0; }

 private:
    std::unique_ptr<std::string> kept_;
};

}  // namespace pushbench::loadgen
