#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#if defined(NDEBUG) || !defined(_GLIBCXX_ASSERTIONS)
#error "what a fuzzer finds, it finds by assertions as well: see PUSHBENCH_SANITIZE in CMakeLists.txt"
#endif

namespace pushbench::fuzz {

/// What a fuzzer made up: a text, and how it is to be cut. The last two bytes say where.
class Input {
 public:
    Input(const std::uint8_t* data, std::size_t size) : text_{reinterpret_cast<const char*>(data), size} {
        if (size < 2) return;
        seed_ = static_cast<std::uint32_t>(data[size - 2] << 8 | data[size - 1]);
        text_.remove_suffix(2);
    }

    [[nodiscard]] std::string_view text() const { return text_; }

    /// Gives `take` the whole text, as memory of its own size, so that reading past it is seen.
    template <class Take>
    void whole(Take take) const {
        give(text_, take);
    }

    /// Gives it in pieces, until `take` wants no more: single bytes as well as larger ones.
    template <class Take>
    void in_pieces(Take take) const {
        std::uint32_t state = seed_ * 2654435761U + 1;
        for (std::string_view rest = text_; !rest.empty();) {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            const std::string_view piece = rest.substr(0, 1 + state % (seed_ % 2 == 0 ? 4 : 64));
            if (!give(piece, take)) return;
            rest.remove_prefix(piece.size());
        }
    }

 private:
    template <class Take>
    static bool give(std::string_view text, Take take) {
        const auto copy = std::make_unique<char[]>(text.size());
        text.copy(copy.get(), text.size());
        return take(std::string_view{copy.get(), text.size()});
    }

    std::string_view text_;
    std::uint32_t seed_ = 0;
};

/// Ends the run as a finding where two readings of the same bytes differ.
inline void must_be_same(const std::string& whole, const std::string& cut) {
    if (whole == cut) return;
    std::fprintf(stderr, "whole and cut differ\n-- whole:\n%s\n-- cut:\n%s\n", whole.c_str(), cut.c_str());
    std::abort();
}

/// The same bytes whole and cut: `Reading` takes pieces, and tells what it found in them.
template <class Reading>
void must_read_alike(const Input& input) {
    Reading whole;
    Reading cut;
    input.whole([&](std::string_view piece) { return whole(piece); });
    input.in_pieces([&](std::string_view piece) { return cut(piece); });
    must_be_same(whole.told(), cut.told());
}

inline void must_hold(bool property, const char* what) {
    if (property) return;
    std::fprintf(stderr, "broken: %s\n", what);
    std::abort();
}

}  // namespace pushbench::fuzz
