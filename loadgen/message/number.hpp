#pragma once

#include <bit>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace pushbench::loadgen {

/// Eight characters at once (after Daniel Lemire, "Quickly parsing eight digits"). False where one is no
/// digit.
inline bool read_eight_digits(const char* at, std::uint64_t& value) {
    static_assert(std::endian::native == std::endian::little);
    std::uint64_t text = 0;
    std::memcpy(&text, at, sizeof text);
    // A digit is 0x30 to 0x39: its upper half is 3, and is 3 still when 6 is added.
    constexpr std::uint64_t upper = 0xF0F0F0F0F0F0F0F0;
    if (((text & upper) | (((text + 0x0606060606060606) & upper) >> 4U)) != 0x3333333333333333) return false;
    // Neighbours become one number: of digits, of pairs, of fours.
    text = (text & 0x0F0F0F0F0F0F0F0F) * 2561 >> 8U;
    text = (text & 0x00FF00FF00FF00FF) * 6553601 >> 16U;
    value = (text & 0x0000FFFF0000FFFF) * 42949672960001 >> 32U;
    return true;
}

/// Reads a whole decimal number, as std::from_chars does: "-" only where the type has it, and no "+". Gives
/// what is behind it; null where there is none, or where it does not fit. Each delivery has three of these,
/// two of them long.
template <class Integer>
const char* read_number(const char* at, const char* end, Integer& value) {
    static_assert(sizeof(Integer) == sizeof(std::uint64_t));
    const char* begin = at;
    const bool negative = std::is_signed_v<Integer> && at != end && *at == '-';
    if (negative) ++at;
    const char* digits = at;
    std::uint64_t sum = 0;
    std::uint64_t eight = 0;
    while (end - at >= 8 && at - digits < 16 && read_eight_digits(at, eight)) {
        sum = sum * 100'000'000 + eight;
        at += 8;
    }
    for (; at != end; ++at) {
        const auto digit = static_cast<unsigned>(static_cast<unsigned char>(*at)) - unsigned{'0'};
        if (digit > 9) break;
        sum = sum * 10 + digit;
    }
    constexpr std::ptrdiff_t digits_that_fit = 18;
    if (at == digits) return nullptr;
    if (at - digits > digits_that_fit) {
        const auto [behind, error] = std::from_chars(begin, end, value);
        return error == std::errc{} ? behind : nullptr;
    }
    value = negative ? static_cast<Integer>(-static_cast<std::int64_t>(sum)) : static_cast<Integer>(sum);
    return at;
}

}  // namespace pushbench::loadgen
