#include "notify/cursor.hpp"

#include <algorithm>
#include <charconv>
#include <random>

namespace pushbench {
namespace {

constexpr std::size_t kMostEpochBytes = 16;

bool is_epoch_character(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
}

bool parse_sequences(std::string_view text, std::vector<std::uint64_t>& sequences) {
    const char* at = text.data();
    const char* const end = at + text.size();
    for (;;) {
        std::uint64_t seq = 0;
        const auto [rest, error] = std::from_chars(at, end, seq);
        if (error != std::errc{}) return false;
        sequences.push_back(seq);
        if (rest == end) return true;
        if (*rest != ',') return false;
        at = rest + 1;
    }
}

}  // namespace

Epoch Epoch::draw() {
    constexpr std::string_view digits = "0123456789abcdefghijklmnopqrstuvwxyz";
    constexpr std::size_t drawn_bytes = 8;  // 41 bits: two of a million lives meet once in four
    std::random_device entropy;
    std::uniform_int_distribution<std::size_t> place{0, digits.size() - 1};
    std::string text;
    for (std::size_t i = 0; i < drawn_bytes; ++i) text += digits[place(entropy)];
    return Epoch{text};
}

std::optional<Epoch> Epoch::parse(std::string_view text) {
    if (text.empty() || text.size() > kMostEpochBytes) return std::nullopt;
    if (!std::all_of(text.begin(), text.end(), is_epoch_character)) return std::nullopt;
    return Epoch{text};
}

std::optional<Cursor> parse_cursor(std::string_view text) {
    Cursor cursor;
    if (const auto dash = text.find('-'); dash != std::string_view::npos) {
        cursor.epoch = Epoch::parse(text.substr(0, dash));
        if (!cursor.epoch) return std::nullopt;
        text.remove_prefix(dash + 1);
    }
    if (!parse_sequences(text, cursor.after)) return std::nullopt;
    return cursor;
}

void append_cursor(std::string& out, const Epoch& epoch, std::uint64_t seq) {
    out.append(epoch.text()).append("-").append(std::to_string(seq));
}

}  // namespace pushbench
