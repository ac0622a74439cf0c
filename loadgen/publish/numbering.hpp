#pragma once

#include <cstdint>
#include <set>

namespace pushbench::loadgen {

/// The numbers of one topic's notifications, from 1 on and without holes as far as the target takes them: one
/// that was refused has reached nobody and goes to the next notification.
class Numbering {
 public:
    /// For the notification that is sent now.
    std::uint64_t next() {
        if (free_.empty()) return ++last_;
        const std::uint64_t number = *free_.begin();
        free_.erase(free_.begin());
        return number;
    }
    void taken(std::uint64_t number) {
        ++taken_;
        if (number > head_) head_ = number;
    }
    void refused(std::uint64_t number) { free_.insert(number); }
    /// No answer: the subscribers may have got it or not, so it is neither expected nor used again.
    void unanswered(std::uint64_t /*number*/) {}

    /// The highest number that was taken; 0: none.
    [[nodiscard]] std::uint64_t head() const { return head_; }
    /// How many up to the head were not taken. Right while nothing is on its way.
    [[nodiscard]] std::uint64_t untaken() const { return head_ - taken_; }

 private:
    std::uint64_t last_ = 0;
    std::uint64_t head_ = 0;
    std::uint64_t taken_ = 0;
    std::set<std::uint64_t> free_;
};

}  // namespace pushbench::loadgen
