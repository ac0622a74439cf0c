#include "loadgen/dialects/escape.hpp"

#include <cstddef>
#include <cstdint>

#include "loadgen/wire/percent.hpp"

namespace pushbench::loadgen {
namespace {

constexpr std::string_view kHex = "0123456789ABCDEF";

bool is_control_byte(unsigned char byte) {
    return byte < 0x20 || byte == 0x7F;
}

}  // namespace

void append_json_escaped(std::string_view text, std::string& out) {
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (static_cast<unsigned char>(c) < 0x20) {
            out += "\\u00";
            out += kHex[static_cast<unsigned char>(c) >> 4U];
            out += kHex[static_cast<unsigned char>(c) & 15U];
        } else {
            out += c;
        }
    }
}

void append_base64(std::string_view text, std::string& out) {
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (std::size_t at = 0; at < text.size(); at += 3) {
        const std::string_view three = text.substr(at, 3);
        std::uint32_t bits = 0;
        for (std::size_t k = 0; k != 3; ++k)
            bits = bits << 8U | (k < three.size() ? static_cast<unsigned char>(three[k]) : 0U);
        for (std::size_t k = 0; k != 4; ++k)
            out += k <= three.size() ? digits[bits >> (18 - 6 * k) & 63U] : '=';
    }
}

void append_without_controls(std::string_view text, std::string& out) {
    for (const char c : text) {
        if (is_control_byte(static_cast<unsigned char>(c)))
            append_percent(c, out);
        else
            out += c;
    }
}

}  // namespace pushbench::loadgen
