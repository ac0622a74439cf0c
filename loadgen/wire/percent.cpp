#include "loadgen/wire/percent.hpp"

namespace pushbench::loadgen {

void append_percent(char c, std::string& out) {
    constexpr std::string_view hex = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += hex[byte >> 4U];
    out += hex[byte & 15U];
}

void append_percent_encoded(std::string_view text, std::string& out) {
    for (const char c : text) {
        if (is_unreserved(c))
            out += c;
        else
            append_percent(c, out);
    }
}

std::string percent_encoded(std::string_view text) {
    std::string out;
    append_percent_encoded(text, out);
    return out;
}

}  // namespace pushbench::loadgen
