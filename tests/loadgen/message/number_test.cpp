#include "loadgen/message/number.hpp"

#include <gtest/gtest.h>

#include <string>

namespace pushbench::loadgen {
namespace {

/// Both say the same of a text: the value, and how much of it was read.
template <class Integer>
void expect_as_from_chars(const std::string& text) {
    Integer ours = 42;
    Integer theirs = 42;
    const char* end = text.data() + text.size();
    const char* behind = read_number(text.data(), end, ours);
    const auto [right, error] = std::from_chars(text.data(), end, theirs);
    EXPECT_EQ(behind, error == std::errc{} ? right : nullptr) << text;
    if (behind != nullptr) {
        EXPECT_EQ(ours, theirs) << text;
    }
}

TEST(ReadNumber, AgreesWithTheStandardLibrary) {
    for (const char* text : {"",
                             "-",
                             "--1",
                             "+1",
                             " 1",
                             "0",
                             "-0",
                             "007",
                             "1",
                             "-1",
                             "17,",
                             "1.5",
                             "1e3",
                             "x",
                             "9",
                             ":",
                             "/",
                             "123456789012345678",
                             "999999999999999999",
                             "-999999999999999999",
                             "1000000000000000000",
                             "9223372036854775807",
                             "9223372036854775808",
                             "-9223372036854775808",
                             "-9223372036854775809",
                             "18446744073709551615",
                             "18446744073709551616",
                             "000000000000000000000000000000000001",
                             "99999999999999999999999999"}) {
        expect_as_from_chars<std::int64_t>(text);
        expect_as_from_chars<std::uint64_t>(text);
    }
}

// Eight at once, and the rest one by one: of every length, and with something else at every place.
TEST(ReadNumber, StopsWhereTheDigitsStop) {
    const std::string digits = "1029384756012345678901234";
    for (std::size_t size = 1; size <= digits.size(); ++size)
        for (std::size_t at = 0; at <= size; ++at)
            for (const char other : {'/', ':', '\x00', '\xB0', '\x39', 'A'}) {
                std::string text = digits.substr(0, size);
                text.insert(at, 1, other);
                expect_as_from_chars<std::uint64_t>(text);
                expect_as_from_chars<std::int64_t>("-" + text);
            }
}

}  // namespace
}  // namespace pushbench::loadgen
