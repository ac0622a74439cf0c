#pragma once

#include <cstdint>
#include <string_view>

namespace pushbench {

/// Checks that a text that comes in pieces is UTF-8, without surrogates and overlong forms (RFC 3629 §4).
/// Says no at the first byte behind which nothing could make it right again.
class Utf8Check {
 public:
    /// The next piece. False: this is no UTF-8, and no more is to be fed.
    bool feed(std::string_view piece);
    /// Whether the text may end here, that is not within a character.
    [[nodiscard]] bool may_end() const { return missing_ == 0; }

 private:
    bool begin(unsigned char lead);

    std::uint8_t missing_ = 0;  ///< bytes to come of the character that has begun
    std::uint8_t low_ = 0x80;   ///< what the next of them must lie between
    std::uint8_t high_ = 0xBF;
};

/// A text that is whole. Notifications travel as JSON, which must be UTF-8.
bool is_utf8(std::string_view text);

}  // namespace pushbench
