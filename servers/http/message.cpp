#include "http/message.hpp"

#include <time.h>

#include <algorithm>
#include <array>
#include <boost/beast/http/status.hpp>
#include <ctime>
#include <utility>

#include "http/text.hpp"

namespace pushbench {

HttpRequest Request::to_beast() const {
    HttpRequest request;
    request.method_string({head.method().data(), head.method().size()});
    request.target({head.target().data(), head.target().size()});
    request.version(head.is_http_1_0() ? 10 : 11);
    head.for_each_field([&request](std::string_view name, std::string_view value) {
        const boost::beast::string_view name_of_line{name.data(), name.size()};
        const boost::beast::string_view value_of_line{value.data(), value.size()};
        const auto before = request.find(name_of_line);
        const bool is_list = equal_without_case(name, "Connection") || equal_without_case(name, "Upgrade");
        if (!is_list || before == request.end()) return request.insert(name_of_line, value_of_line);
        std::string joined{before->value()};
        request.set(name_of_line, (joined += ", ") += value_of_line);
    });
    return request;
}

Response text_response(unsigned status, std::string_view line, std::string headers) {
    Response response;
    response.status = status;
    response.body = line;
    // It may quote the client, who may have sent line breaks; it stays one line.
    std::replace_if(
        response.body.begin(), response.body.end(),
        [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
    response.body += '\n';
    response.headers = std::move(headers);
    return response;
}

std::string status_line(unsigned status) {
    const auto reason = boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(status));
    std::string line = "HTTP/1.1 ";
    line += std::to_string(status);
    line += ' ';
    line.append(reason.data(), reason.size());
    line += "\r\n";
    return line;
}

/// The date changes seldom, and is written by the C library then. The second is written by hand: once a
/// second it is nothing, but an exact count of what a delivery takes would be another one whenever a second
/// ends in it.
std::string_view date_line_at(std::time_t now_s) {
    constexpr std::time_t day_s = 86'400;
    constexpr std::size_t clock_at = sizeof "Date: Sun, 06 Nov 1994 " - 1;
    thread_local std::time_t made_for_day = -1;
    thread_local std::array<char, 64> text;
    thread_local std::size_t size = 0;
    if (now_s / day_s != made_for_day) {
        std::tm parts{};
        gmtime_r(&now_s, &parts);
        // The names are English whatever the locale: no program here sets one.
        size = std::strftime(text.data(), text.size(), "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &parts);
        made_for_day = now_s / day_s;
    }
    const auto write_two = [](char* to, std::time_t number) {
        to[0] = static_cast<char>('0' + number / 10);
        to[1] = static_cast<char>('0' + number % 10);
    };
    char* const clock = text.data() + clock_at;
    write_two(clock, now_s % day_s / 3'600);
    write_two(clock + 3, now_s % 3'600 / 60);
    write_two(clock + 6, now_s % 60);
    return {text.data(), size};
}

std::string_view date_line() {
    timespec now{};
    clock_gettime(CLOCK_REALTIME_COARSE, &now);
    return date_line_at(now.tv_sec);
}

std::string serialize(const Response& response, std::string_view cors, Persistence persistence) {
    std::string out;
    out.reserve(256 + cors.size() + response.headers.size() + response.body.size());
    out += status_line(response.status);
    out += date_line();
    out += cors;
    out += response.headers;
    if (persistence == Persistence::close) out += "Connection: close\r\n";
    if (persistence == Persistence::keep_announced) out += "Connection: keep-alive\r\n";
    // 204 and 304 have no body; 204 must not name a length, and 304 not another than 200 would (RFC 9110
    // §8.6).
    const bool has_body = response.status != 204 && response.status != 304;
    if (has_body && !response.content_type.empty()) {
        out += "Content-Type: ";
        out += response.content_type;
        out += "\r\n";
    }
    if (has_body && response.has_length) {
        out += "Content-Length: ";
        out += std::to_string(response.body.size());
        out += "\r\n";
    }
    out += "Cache-Control: no-cache\r\n\r\n";
    if (has_body) out += response.body;
    return out;
}

SharedResponse::SharedResponse(Response response)
    : response_(std::move(response)),
      date_(date_line()),
      message_(serialize(response_, {}, Persistence::keep)) {}

}  // namespace pushbench
