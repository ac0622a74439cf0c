#include "loadgen/wire/utf8.hpp"

#include <cstring>

namespace pushbench::loadgen {
namespace {

constexpr std::uint64_t high_bits = 0x8080808080808080U;

/// Sixteen bytes in one register, on any machine that has such.
using Words = std::uint64_t __attribute__((vector_size(16)));

template <class Value>
Value at(const char* place) {
    Value value;
    std::memcpy(&value, place, sizeof value);
    return value;
}

bool short_is_ascii(std::string_view text) {
    if (text.size() >= 8) {
        const auto all = at<std::uint64_t>(text.data()) | at<std::uint64_t>(text.data() + text.size() - 8);
        return (all & high_bits) == 0;
    }
    unsigned char all = 0;
    for (const char c : text) all |= static_cast<unsigned char>(c);
    return all < 0x80;
}

}  // namespace

bool is_ascii(std::string_view text) {
    if (text.size() < 16) return short_is_ascii(text);
    const char* place = text.data();
    const char* const end = place + text.size();
    Words all = at<Words>(end - 16);  // what is left over behind whole steps
    for (; end - place >= 64; place += 64)
        all |= at<Words>(place) | at<Words>(place + 16) | at<Words>(place + 32) | at<Words>(place + 48);
    for (; end - place >= 16; place += 16) all |= at<Words>(place);
    return ((all[0] | all[1]) & high_bits) == 0;
}

std::size_t ascii_length(std::string_view text) {
    const char* place = text.data();
    const char* const end = place + text.size();
    while (end - place >= 8 && (at<std::uint64_t>(place) & high_bits) == 0) place += 8;
    while (place != end && static_cast<unsigned char>(*place) < 0x80) ++place;
    return static_cast<std::size_t>(place - text.data());
}

/// The table of RFC 3629 §4: how many bytes follow the first one, and what the second must lie between.
bool Utf8Check::begin(unsigned char lead) {
    low_ = 0x80;
    high_ = 0xBF;
    if (lead < 0xC2 || lead > 0xF4) return false;  // a continuation, an overlong form, or past U+10FFFF
    missing_ = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    if (lead == 0xE0) low_ = 0xA0;   // shorter forms exist for what is below
    if (lead == 0xED) high_ = 0x9F;  // above are the surrogates
    if (lead == 0xF0) low_ = 0x90;
    if (lead == 0xF4) high_ = 0x8F;
    return true;
}

bool Utf8Check::feed_slowly(std::string_view piece) {
    while (!piece.empty()) {
        const auto byte = static_cast<unsigned char>(piece.front());
        if (missing_ != 0) {
            if (byte < low_ || byte > high_) return false;
            --missing_;
            low_ = 0x80;
            high_ = 0xBF;
        } else if (byte < 0x80) {
            piece.remove_prefix(ascii_length(piece));
            continue;
        } else if (!begin(byte)) {
            return false;
        }
        piece.remove_prefix(1);
    }
    return true;
}

}  // namespace pushbench::loadgen
