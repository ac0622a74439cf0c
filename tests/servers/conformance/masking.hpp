#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace pushbench::contract {

/// Masks frames that a server could send, right or wrong, so that a client sends them (RFC 6455 §5.3). The
/// bytes may come cut anywhere, and stay cut there.
class Masking {
 public:
    std::string masked(std::string_view bytes) {
        std::string out;
        out.reserve(bytes.size() + bytes.size() / 8 + 16);
        for (const char byte : bytes) take(byte, out);
        return out;
    }

 private:
    static constexpr std::string_view kMask{"\x37\xfa\x21\x3d", 4};

    void take(char byte, std::string& out) {
        if (left_ > 0) {
            out += static_cast<char>(byte ^ kMask[at_++ % 4]);
            --left_;
            return;
        }
        const auto value = static_cast<unsigned char>(byte);
        out += header_bytes_ == 1 ? static_cast<char>(value | 0x80U) : byte;
        if (header_bytes_ == 1) length_bytes_ = value < 126 ? 0 : value == 126 ? 2 : 8;
        if (header_bytes_ == 1) length_ = value < 126 ? value : 0;
        if (header_bytes_ > 1) length_ = length_ << 8 | value;
        if (++header_bytes_ < 2 + length_bytes_) return;
        out += kMask;
        left_ = length_;
        header_bytes_ = length_bytes_ = at_ = 0;
    }

    std::size_t header_bytes_ = 0;  // of this frame so far
    std::size_t length_bytes_ = 0;  // of its longer forms of length
    std::uint64_t length_ = 0;
    std::uint64_t left_ = 0;  // of its payload
    std::size_t at_ = 0;
};

}  // namespace pushbench::contract
