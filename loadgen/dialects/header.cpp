#include "loadgen/dialects/header.hpp"

#include <algorithm>
#include <array>

#include "loadgen/wire/failure.hpp"
#include "loadgen/wire/header.hpp"

namespace pushbench::loadgen {
namespace {

constexpr std::array<std::string_view, 9> kOurs = {
    "Connection",      "Upgrade",           "Content-Length",        "Transfer-Encoding",       "TE",
    "Accept-Encoding", "Sec-WebSocket-Key", "Sec-WebSocket-Version", "Sec-WebSocket-Extensions"};

bool breaks_a_line(char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F;
}

std::string_view without_blanks(std::string_view text) {
    const auto from = text.find_first_not_of(" \t");
    if (from == std::string_view::npos) return {};
    return text.substr(from, text.find_last_not_of(" \t") - from + 1);
}

bool is_secret(std::string_view name) {
    return equals_ignoring_case(name, "Authorization") || equals_ignoring_case(name, "Cookie");
}

}  // namespace

HeaderTemplate header_template(std::string_view name, std::string_view value, Template::Names names) {
    const std::string called = "'" + std::string{name} + "'";
    if (!is_token(name)) throw Failure("has the name " + called + ", which no header field can have");
    if (std::any_of(value.begin(), value.end(), breaks_a_line))
        throw Failure(called + " has a line end or control character in its value");
    const auto same = [&](std::string_view ours) { return equals_ignoring_case(ours, name); };
    if (same("Sec-WebSocket-Protocol")) throw Failure(called + " is said by the subprotocol");
    if (std::any_of(kOurs.begin(), kOurs.end(), same))
        throw Failure(called + " is what the load generator writes itself");
    return {std::string{name}, Template{value, Template::Place::header, names}};
}

HeaderTemplate parse_header_template(std::string_view line, Template::Names names) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos)
        throw Failure("is not 'Name: value', for example 'Authorization: Bearer {token}'");
    return header_template(without_blanks(line.substr(0, colon)), without_blanks(line.substr(colon + 1)),
                           names);
}

bool has_header(const std::vector<HeaderTemplate>& headers, std::string_view name) {
    return std::any_of(headers.begin(), headers.end(),
                       [&](const HeaderTemplate& each) { return equals_ignoring_case(each.name, name); });
}

void append_headers(const std::vector<HeaderTemplate>& headers, const TemplateValues& values,
                    std::string& out, Secrets secrets) {
    for (const HeaderTemplate& each : headers) {
        if (each.value.has_nothing(values)) continue;
        if (secrets == Secrets::left_out && is_secret(each.name)) continue;
        out.append(each.name).append(": ");
        each.value.append(values, out);
        out += "\r\n";
    }
}

}  // namespace pushbench::loadgen
