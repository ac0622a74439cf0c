#include "http/message.hpp"

#include <algorithm>
#include <boost/beast/http/status.hpp>

namespace pushbench {

std::string_view Request::header(boost::beast::http::field name) const {
    const auto found = http.find(name);
    if (found == http.end()) return {};
    return {found->value().data(), found->value().size()};
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

std::string serialize(const Response& response, std::string_view cors, bool keep_alive) {
    std::string out;
    out.reserve(192 + cors.size() + response.headers.size() + response.body.size());
    out += status_line(response.status);
    out += cors;
    out += response.headers;
    if (!keep_alive) out += "Connection: close\r\n";
    // 204 has no body and must not name a length (RFC 9110 §8.6).
    if (response.status != 204) {
        out += "Content-Type: ";
        out += response.content_type;
        out += "\r\nContent-Length: ";
        out += std::to_string(response.body.size());
        out += "\r\n";
    }
    out += "Cache-Control: no-cache\r\n\r\n";
    if (response.status != 204) out += response.body;
    return out;
}

}  // namespace pushbench
