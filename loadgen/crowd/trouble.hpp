#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "loadgen/measure/format.hpp"

namespace pushbench::loadgen {

/// What went wrong with connections: one line each, and how often. Of different lines only so many are kept,
/// so that a server that never says the same thing twice cannot fill the memory.
class Complaints {
 public:
    struct Line {
        std::string text;
        std::int64_t count = 0;

        template <class Porter>
        void carry(Porter& porter) {
            porter.all(text, count);
        }
    };

    void add(std::string_view told, std::int64_t count = 1) {
        const std::string text = printable(told);
        const auto found =
            std::find_if(lines_.begin(), lines_.end(), [&](const Line& line) { return line.text == text; });
        if (found != lines_.end())
            found->count += count;
        else if (lines_.size() < most_lines)
            lines_.push_back({text, count});
    }
    void add(const Complaints& others) {
        for (const Line& line : others.lines_) add(line.text, line.count);
    }
    /// The commonest of them, of equals the first; empty if there is none.
    [[nodiscard]] std::string commonest() const {
        const auto most = std::max_element(lines_.begin(), lines_.end(),
                                           [](const Line& a, const Line& b) { return a.count < b.count; });
        return most == lines_.end() ? std::string{} : most->text;
    }
    [[nodiscard]] bool empty() const { return lines_.empty(); }
    template <class Porter>
    void carry(Porter& porter) {
        porter.all(lines_);
    }

 private:
    static constexpr std::size_t most_lines = 16;
    std::vector<Line> lines_;
};

/// For the message of a trial that cannot begin.
struct Trouble {
    Complaints refusals;        ///< the peer answered, but not as it should
    Complaints connect_errors;  ///< no connection, or one that was lost
    std::string hopeless;       ///< trying again will not help: no ports, no files

    void add(const Trouble& other) {
        refusals.add(other.refusals);
        connect_errors.add(other.connect_errors);
        if (hopeless.empty()) hopeless = other.hopeless;
    }
    template <class Porter>
    void carry(Porter& porter) {
        porter.all(refusals, connect_errors, hopeless);
    }
};

}  // namespace pushbench::loadgen
