#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pushbench {

/// One life of the source: sequences count within it. Up to 16 lower-case letters and digits, never empty.
class Epoch {
 public:
    /// A fresh one, drawn from the system's entropy: no two lives share it.
    static Epoch draw();
    /// Empty if `text` is none.
    static std::optional<Epoch> parse(std::string_view text);

    const std::string& text() const { return text_; }
    bool operator==(const Epoch&) const = default;

 private:
    explicit Epoch(std::string_view text) : text_(text) {}
    std::string text_;
};

/// Where a client wants to go on from: the sequence of the last notification it has, one for each of its
/// topics or one for all, and the life of the source that gave them. Without an epoch it is taken as of this
/// life.
struct Cursor {
    std::optional<Epoch> epoch;
    std::vector<std::uint64_t> after;  ///< empty: from the head
};

/// Reads `k3x9a1-17`, `k3x9a1-3,7`, `17` and `3,7`. Empty if it is none of these.
std::optional<Cursor> parse_cursor(std::string_view text);

/// `k3x9a1-17`; what parse_cursor() reads.
void append_cursor(std::string& out, const Epoch& epoch, std::uint64_t seq);

}  // namespace pushbench
