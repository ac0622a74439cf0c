#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

namespace pushbench::loadgen {

/// Whether anything was understood of what came, and an example of what was not.
struct Hearing {
    bool understood = false;           ///< at least one message that was expected of its kind
    std::int64_t not_understood = 0;   ///< messages without a stamp, or with one of another topic
    std::int64_t other = 0;            ///< what came whole and is no message
    std::string first_not_understood;  ///< its beginning, printable
    std::string first_other;

    void add(const Hearing& more);
    template <class Porter>
    void carry(Porter& porter) {
        porter.all(understood, not_understood, other, first_not_understood, first_other);
    }
};

/// The same while it is written by one thread and read by others.
class HearingSoFar {
 public:
    void understood() {
        if (!understood_.load(std::memory_order_relaxed)) understood_.store(true, std::memory_order_relaxed);
    }
    void not_understood(std::string_view bytes) { note(not_understood_, first_not_understood_, bytes); }
    void other(std::string_view bytes) { note(other_, first_other_, bytes); }

    // Any thread, at any time.
    [[nodiscard]] bool anything() const { return understood_.load(std::memory_order_relaxed); }
    [[nodiscard]] std::int64_t nothing_in() const { return not_understood_.load(std::memory_order_relaxed); }
    [[nodiscard]] Hearing all() const;

 private:
    void note(std::atomic<std::int64_t>& count, std::string& first, std::string_view bytes);

    std::atomic<bool> understood_{false};
    std::atomic<std::int64_t> not_understood_{0};
    std::atomic<std::int64_t> other_{0};
    mutable std::mutex mutex_;
    std::string first_not_understood_;
    std::string first_other_;
};

}  // namespace pushbench::loadgen
