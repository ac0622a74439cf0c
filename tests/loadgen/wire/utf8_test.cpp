#include <gtest/gtest.h>

#include <string>

#include "loadgen/wire/utf8.hpp"
#include "pieces.hpp"

namespace pushbench::loadgen {
namespace {

using namespace std::string_literals;

std::string encoded(std::uint32_t code_point) {
    const auto last = [&](int shift) { return static_cast<char>(0x80U | (code_point >> shift & 0x3FU)); };
    if (code_point < 0x80) return {static_cast<char>(code_point)};
    if (code_point < 0x800) return {static_cast<char>(0xC0U | code_point >> 6), last(0)};
    if (code_point < 0x10000) return {static_cast<char>(0xE0U | code_point >> 12), last(6), last(0)};
    return {static_cast<char>(0xF0U | code_point >> 18), last(12), last(6), last(0)};
}

TEST(Utf8, KnowsEveryCodePoint) {
    for (std::uint32_t code_point = 0; code_point != 0x110000; ++code_point) {
        const bool surrogate = code_point >= 0xD800 && code_point < 0xE000;
        ASSERT_EQ(is_utf8(encoded(code_point)), !surrogate) << code_point;
    }
    EXPECT_FALSE(is_utf8(encoded(0x110000)));
}

// All sequences of three bytes against the definition: something that is encoded so.
TEST(Utf8, RefusesEveryOtherSequence) {
    std::size_t valid = 0;
    for (unsigned a = 0x80; a != 0x100; ++a)
        for (unsigned b = 0; b != 0x100; ++b)
            for (unsigned c = 0x80; c != 0xC0; ++c)
                if (is_utf8(std::string{static_cast<char>(a), static_cast<char>(b), static_cast<char>(c)}))
                    ++valid;
    EXPECT_EQ(valid, 0x10000U - 0x800U - 0x800U);  // of three bytes: all but those of two and the surrogates
}

TEST(Utf8, ChecksInPiecesAndFailsAtTheFirstWrongByte) {
    const std::string text = "a\xC2\xA2\xE2\x82\xAC\xF0\xA4\xAD\xA2z";
    for (const auto& pieces : all_cuts(text)) {
        Utf8Check check;
        for (const std::string& piece : pieces) EXPECT_TRUE(check.feed(piece));
        EXPECT_TRUE(check.may_end());
    }
    for (const std::string& wrong : {"\x80"s, "\xC1"s, "\xE0\x9F"s, "\xED\xA0"s, "\xF0\x8F"s, "\xF4\x90"s,
                                     "\xF5"s, "\xE2\x82("s, "\xF0\xA4\xAD\xC0"s}) {
        Utf8Check check;
        EXPECT_TRUE(check.feed(wrong.substr(0, wrong.size() - 1)));
        EXPECT_FALSE(check.feed(wrong.substr(wrong.size() - 1))) << wrong.size();
    }
}

TEST(Utf8, FindsTheFirstByteThatIsNoAscii) {
    for (std::size_t size = 0; size != 80; ++size) {
        EXPECT_EQ(ascii_length(std::string(size, 'a')), size);
        for (std::size_t at = 0; at != size; ++at) {
            std::string text(size, '\x7F');
            text[at] = '\x80';
            ASSERT_EQ(ascii_length(text), at);
        }
    }
}

}  // namespace
}  // namespace pushbench::loadgen
