#include "http/head.hpp"

#include <algorithm>
#include <charconv>

#include "http/authority.hpp"
#include "http/text.hpp"

namespace pushbench {
namespace {

Refusal malformed(std::string_view what) {
    return {400, Reason::malformed, "malformed HTTP request: " + std::string{what}};
}

/// `field-content` of RFC 9110 §5.5. Bytes from 0x80 on are old, and harmless.
bool is_value_char(char c) {
    return static_cast<unsigned char>(c) >= 0x20 ? c != 0x7f : c == '\t';
}

bool is_target_char(char c) {
    return c > 0x20 && c < 0x7f;
}

}  // namespace

void RequestHead::clear() {
    std::string kept_text = std::move(text);
    std::vector<Field> kept_fields = std::move(fields_);
    kept_text.clear();
    kept_fields.clear();
    *this = RequestHead{};
    text = std::move(kept_text);
    fields_ = std::move(kept_fields);
}

MayRefuse RequestHead::take_request_line(std::size_t begin, std::size_t size, std::size_t most_target_bytes) {
    const std::string_view line = std::string_view{text}.substr(begin, size);
    const std::size_t first = line.find(' ');
    const std::size_t last = line.rfind(' ');
    if (first == std::string_view::npos || last == first)
        return malformed("expected a line such as GET /path HTTP/1.1");
    if (!is_token(line.substr(0, first))) return malformed("bad method");
    method_ = {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(first)};
    target_ = {static_cast<std::uint32_t>(begin + first + 1), static_cast<std::uint32_t>(last - first - 1)};
    const std::string_view asked = target();
    if (asked.size() > most_target_bytes)
        return Refusal{414, Reason::target,
                       "request target too long: at most " + std::to_string(most_target_bytes) + " bytes"};
    if (asked.empty() || !std::all_of(asked.begin(), asked.end(), is_target_char))
        return malformed("bad target");
    const std::string_view version = line.substr(last + 1);
    const bool is_version = version.size() == 8 && version.starts_with("HTTP/") && is_digit(version[5]) &&
                            version[6] == '.' && is_digit(version[7]);
    if (!is_version) return malformed("expected HTTP/1.1 behind the target");
    if (version[5] != '1') return Refusal{505, Reason::malformed, "this server speaks HTTP/1.1"};
    http_1_0_ = version[7] == '0';
    return std::nullopt;
}

const char* wrong_with_field_line(std::string_view line) {
    if (line.empty() || is_blank(line.front())) return "a header line must not begin with a blank";
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return "a header line without a colon";
    if (!is_token(line.substr(0, colon))) return "bad name of a header line";
    const std::string_view value = line.substr(colon + 1);
    if (!std::all_of(value.begin(), value.end(), is_value_char)) return "bad byte in a header line";
    return nullptr;
}

MayRefuse RequestHead::take_field_line(std::size_t begin, std::size_t size) {
    const std::string_view line = std::string_view{text}.substr(begin, size);
    if (const char* wrong = wrong_with_field_line(line)) return malformed(wrong);
    const std::size_t colon = line.find(':');
    const std::string_view value = trimmed(line.substr(colon + 1));
    const auto value_begin = static_cast<std::size_t>(value.data() - text.data());
    fields_.push_back({{static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(colon)},
                       {static_cast<std::uint32_t>(value_begin), static_cast<std::uint32_t>(value.size())}});
    note(line.substr(0, colon), value);
    return std::nullopt;
}

/// What each request is asked for is noted as it comes, so that nothing is looked for later.
void RequestHead::note(std::string_view name, std::string_view value) {
    const auto is = [name](std::string_view other) { return equal_without_case(name, other); };
    switch (name.size()) {
        case 4:
            if (is("Host")) ++hosts_;
            break;
        case 6:
            if (is("Origin")) ++origins_;
            if (is("Expect"))
                (equal_without_case(value, "100-continue") ? expects_continue_ : expects_other_) = true;
            break;
        case 10:
            if (is("Connection"))
                for_each_element(value, [this](std::string_view option) {
                    says_close_ = says_close_ || equal_without_case(option, "close");
                    says_keep_alive_ = says_keep_alive_ || equal_without_case(option, "keep-alive");
                });
            break;
        case 14:
            if (is("Content-Length")) ++lengths_;
            break;
        case 17:
            if (is("Transfer-Encoding")) encoded_ = true;
            break;
        default:
            break;
    }
}

MayRefuse RequestHead::finish() {
    if (auto refusal = check_host()) return refusal;
    // A browser sends one (RFC 6454 §7.3); with two, who decides may look at the other one.
    if (origins_ > 1) return malformed("Origin more than once");
    if (expects_other_) return Refusal{417, Reason::malformed, "bad Expect: expected 100-continue, or none"};
    return find_body();
}

MayRefuse RequestHead::check_host() const {
    if (hosts_ > 1) return malformed("Host more than once");
    if (hosts_ == 0 && !http_1_0_) return malformed("Host is missing (RFC 9112 section 3.2)");
    if (hosts_ == 1 && !is_authority(header("Host")))
        return malformed("bad Host: expected a name or an address, such as 127.0.0.1:8080");
    if (is_absolute() && !is_authority(authority()))
        return malformed("bad target: expected a name or an address behind http://");
    return std::nullopt;
}

/// RFC 9112 §6.3. Whatever two readers could read differently is refused: requests are smuggled that way.
MayRefuse RequestHead::find_body() {
    if (encoded_) return find_chunked();
    if (lengths_ == 0) return std::nullopt;
    const std::string_view text_of_length = header("Content-Length");
    if (lengths_ > 1) return malformed("Content-Length more than once");
    if (text_of_length.empty() || !std::all_of(text_of_length.begin(), text_of_length.end(), is_digit))
        return malformed("bad Content-Length: expected a number of bytes");
    const auto [end, error] =
        std::from_chars(text_of_length.data(), text_of_length.data() + text_of_length.size(), length_);
    if (error != std::errc{}) length_ = UINT64_MAX;
    if (length_ > 0) body_ = Body::sized;
    return std::nullopt;
}

MayRefuse RequestHead::find_chunked() {
    if (http_1_0_) return malformed("Transfer-Encoding is not of HTTP/1.0");
    if (lengths_ > 0) return malformed("Content-Length beside Transfer-Encoding");
    std::size_t codings = 0;
    std::size_t chunked = 0;
    bool is_last = false;
    for_each_field([&](std::string_view name, std::string_view value) {
        if (!equal_without_case(name, "Transfer-Encoding")) return;
        for_each_element(value, [&](std::string_view coding) {
            ++codings;
            is_last = equal_without_case(coding, "chunked");
            if (is_last) ++chunked;
        });
    });
    if (!is_last || chunked > 1)
        return malformed("Transfer-Encoding must end in chunked, and have it once (RFC 9112 section 6.3)");
    if (codings > 1)
        return Refusal{501, Reason::malformed, "unknown Transfer-Encoding: expected chunked alone"};
    body_ = Body::chunked;
    return std::nullopt;
}

std::string_view RequestHead::header(std::string_view name) const {
    for (const Field& field : fields_)
        if (equal_without_case(at(field.name), name)) return at(field.value);
    return {};
}

std::size_t RequestHead::count(std::string_view name) const {
    return static_cast<std::size_t>(std::count_if(fields_.begin(), fields_.end(), [&](const Field& field) {
        return equal_without_case(at(field.name), name);
    }));
}

bool RequestHead::lists(std::string_view name, std::string_view element) const {
    bool found = false;
    for_each_field([&](std::string_view field, std::string_view value) {
        if (!equal_without_case(field, name)) return;
        for_each_element(value,
                         [&](std::string_view each) { found = found || equal_without_case(each, element); });
    });
    return found;
}

bool RequestHead::is_absolute() const {
    return equal_without_case(target().substr(0, kHttpScheme.size()), kHttpScheme);
}

std::string_view RequestHead::authority() const {
    if (!is_absolute()) return header("Host");
    const std::string_view rest = target().substr(kHttpScheme.size());
    return rest.substr(0, rest.find_first_of("/?"));
}

}  // namespace pushbench
