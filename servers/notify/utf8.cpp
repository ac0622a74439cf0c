#include "notify/utf8.hpp"

namespace pushbench {
namespace {

/// How many bytes the sequence that begins with `lead` has, and the range its second byte must be in.
struct Utf8Lead {
    int length;
    unsigned char low, high;
};

Utf8Lead utf8_lead(unsigned char lead) {
    if (lead < 0x80) return {1, 0, 0};
    if (lead >= 0xc2 && lead <= 0xdf) return {2, 0x80, 0xbf};
    if (lead == 0xe0) return {3, 0xa0, 0xbf};
    if (lead == 0xed) return {3, 0x80, 0x9f};
    if (lead >= 0xe1 && lead <= 0xef) return {3, 0x80, 0xbf};
    if (lead == 0xf0) return {4, 0x90, 0xbf};
    if (lead == 0xf4) return {4, 0x80, 0x8f};
    if (lead >= 0xf1 && lead <= 0xf3) return {4, 0x80, 0xbf};
    return {0, 0, 0};
}

}  // namespace

bool is_utf8(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const Utf8Lead lead = utf8_lead(static_cast<unsigned char>(text[i]));
        if (lead.length == 0 || text.size() - i < static_cast<std::size_t>(lead.length)) return false;
        for (int k = 1; k < lead.length; ++k) {
            const auto byte = static_cast<unsigned char>(text[i + static_cast<std::size_t>(k)]);
            if (byte < (k == 1 ? lead.low : 0x80) || byte > (k == 1 ? lead.high : 0xbf)) return false;
        }
        i += static_cast<std::size_t>(lead.length);
    }
    return true;
}

}  // namespace pushbench
