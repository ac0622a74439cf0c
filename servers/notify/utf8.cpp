#include "notify/utf8.hpp"

#include <cstring>

namespace pushbench {
namespace {

/// How many bytes at the front are ASCII, which most texts are throughout: eight at a time.
std::size_t ascii_bytes(std::string_view text) {
    std::size_t at = 0;
    for (std::uint64_t word = 0; at + sizeof word <= text.size(); at += sizeof word) {
        std::memcpy(&word, text.data() + at, sizeof word);
        if ((word & 0x8080808080808080U) != 0) break;
    }
    while (at < text.size() && static_cast<unsigned char>(text[at]) < 0x80) ++at;
    return at;
}

}  // namespace

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

bool Utf8Check::feed(std::string_view piece) {
    while (!piece.empty()) {
        const auto byte = static_cast<unsigned char>(piece.front());
        if (missing_ != 0) {
            if (byte < low_ || byte > high_) return false;
            --missing_;
            low_ = 0x80;
            high_ = 0xBF;
        } else if (byte < 0x80) {
            piece.remove_prefix(ascii_bytes(piece));
            continue;
        } else if (!begin(byte)) {
            return false;
        }
        piece.remove_prefix(1);
    }
    return true;
}

bool is_utf8(std::string_view text) {
    Utf8Check check;
    return check.feed(text) && check.may_end();
}

}  // namespace pushbench
