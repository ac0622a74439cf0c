#include "loadgen/publish/http_courier.hpp"

#include <algorithm>

#include "loadgen/dialects/header.hpp"

namespace pushbench::loadgen {
namespace {

constexpr std::size_t longest_excerpt = 120;

}  // namespace

void HttpCourier::send(const TemplateValues& values, std::string& out) {
    body_.clear();
    route_.body.append(values, body_);
    out.append(route_.method).append(" ");
    route_.path.append(values, out);
    out.append(" HTTP/1.1\r\nHost: ").append(route_.target.authority).append("\r\n");
    append_headers(route_.headers, values, out);
    if (route_.fresh) out.append("Connection: close\r\n");
    if (!body_.empty() && !has_header(route_.headers, "Content-Type"))
        out.append("Content-Type: ").append(route_.content_type()).append("\r\n");
    out.append("Content-Length: ").append(std::to_string(body_.size())).append("\r\n\r\n").append(body_);
}

Heard HttpCourier::received(std::string_view bytes, std::string& /*out*/) {
    std::string_view rest;
    const auto state = response_.read(bytes, answer_, rest);
    if (state == HttpResponse::State::reading) return {};
    if (state != HttpResponse::State::whole || !rest.empty())
        return {.problem = "answered with " +
                           std::string{state == HttpResponse::State::broken ? response_.why()
                                                                            : "more than was asked for"} +
                           "; expected one HTTP response a request",
                .over = true};
    return judge();
}

Heard HttpCourier::ended() {
    if (!response_.closed(answer_)) return {};
    Heard heard = judge();
    heard.over = true;
    return heard;
}

Heard HttpCourier::judge() {
    Heard heard;
    heard.answered = true;
    heard.status = answer_.status;
    heard.over = answer_.closes;
    if (answer_.status < 200 || answer_.status > 299) {
        heard.problem = "answered " + answer_.said;
        answer_.begin.erase(answer_.begin.find_last_not_of(' ') + 1);
        if (!answer_.begin.empty()) heard.problem += " '" + answer_.begin + "'";
        heard.problem += answer_.status >= 300 && answer_.status < 400
                             ? "; expected 2xx, give the address that it points to"
                             : "; expected 2xx";
    }
    answer_ = Answer{};
    return heard;
}

void HttpCourier::Answer::on_head(const ResponseHead& head) {
    status = head.status;
    said = describe(head);
    closes = !head.keeps_alive();
    if (status >= 300 && status < 400)
        if (const auto location = head.field("Location")) said += " to " + std::string{*location};
}

void HttpCourier::Answer::on_body(std::string_view piece) {
    for (const char c : piece.substr(0, longest_excerpt - std::min(longest_excerpt, begin.size())))
        begin += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
}

}  // namespace pushbench::loadgen
