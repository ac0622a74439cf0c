#include "loadgen/transport/http_refusal.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include "loadgen/measure/format.hpp"
#include "loadgen/wire/utf8.hpp"

namespace pushbench::loadgen {
namespace {

/// RFC 9110 §5.6.7: the one form that is written, and the two old ones that are still to be understood.
std::optional<std::time_t> http_date(std::string_view text) {
    constexpr std::array forms = {"%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT",
                                  "%a %b %e %H:%M:%S %Y"};
    const std::string date{text};
    for (const char* form : forms) {
        std::tm parts{};
        const char* end = strptime(date.c_str(), form, &parts);
        if (end != nullptr && *end == '\0') return timegm(&parts);
    }
    return std::nullopt;
}

/// Statuses by which a server says "not now". All others say "not this".
bool passes(int status) {
    constexpr std::array passing = {408, 421, 425, 429, 500, 502, 503, 504,
                                    507, 509, 520, 521, 522, 523, 524};
    return std::find(passing.begin(), passing.end(), status) != passing.end();
}

/// RFC 9110 §15.4: those whose Location a GET follows by itself. 300 leaves a choice, 304 is no redirect.
bool redirects(int status) {
    constexpr std::array redirecting = {301, 302, 303, 307, 308};
    return std::find(redirecting.begin(), redirecting.end(), status) != redirecting.end();
}

}  // namespace

std::optional<std::chrono::milliseconds> retry_after(const ResponseHead& head, std::time_t now) {
    const auto text = head.field("Retry-After");
    if (!text) return std::nullopt;
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), seconds);
    if (error != std::errc{} || end != text->data() + text->size()) {
        const auto date = http_date(*text);
        if (!date) return std::nullopt;
        seconds = *date - http_date(head.field("Date").value_or("")).value_or(now);
    }
    constexpr std::int64_t longest_s = 24 * 60 * 60;  // what is asked for beyond is no answer to a load test
    return std::chrono::seconds{std::clamp<std::int64_t>(seconds, 0, longest_s)};
}

Refusal refusal_of(const ResponseHead& head, std::string_view more) {
    Refusal refusal;
    refusal.status = head.status;
    refusal.for_good = !passes(head.status);
    refusal.reason = describe(head) + std::string{more};
    if (!refusal.for_good) refusal.retry_after = retry_after(head, std::time(nullptr));
    if (redirects(head.status)) refusal.location = head.field("Location").value_or("");
    return refusal;
}

void HttpRefusal::add_body(std::string_view piece) {
    constexpr std::size_t longest_line_bytes = 200;
    if (line_.empty()) piece.remove_prefix(std::min(piece.find_first_not_of("\r\n"), piece.size()));
    const std::size_t end = piece.find_first_of("\r\n");
    if (!whole_) line_ += piece.substr(0, std::min(end, longest_line_bytes - line_.size()));
    whole_ = whole_ || end != std::string_view::npos;
}

void HttpRefusal::tell(Receiver& to) {
    if (!why_) return;
    // What is no text, or was cut within a character, says nothing to a person.
    if (why_->status != 0 && is_utf8(line_) && printable(line_) == line_) why_->said = line_;
    to.on_refused(std::move(*why_));
}

Refusal protocol_error(std::string reason, bool for_good) {
    Refusal refusal;
    refusal.reason = std::move(reason);
    refusal.for_good = for_good;
    return refusal;
}

std::string_view unasked_encoding(const ResponseHead& head) {
    const auto encoding = head.field("Content-Encoding").value_or("");
    return equals_ignoring_case(encoding, "identity") ? std::string_view{} : encoding;
}

}  // namespace pushbench::loadgen
