#include "servers/contract/http_client.hpp"

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>

namespace pushbench::contract {
namespace http = boost::beast::http;

std::string Answer::header(std::string_view name) const {
    const auto found = message.find(boost::beast::string_view{name.data(), name.size()});
    return found == message.end() ? std::string{} : std::string{found->value()};
}

bool Answer::has(std::string_view name) const {
    return message.find(boost::beast::string_view{name.data(), name.size()}) != message.end();
}

void HttpClient::send(std::string_view method, std::string_view target, std::string_view body,
                      const Headers& headers) {
    http::request<http::string_body> request;
    request.method_string({method.data(), method.size()});
    request.target({target.data(), target.size()});
    request.set(http::field::host, "127.0.0.1");
    for (const auto& [name, value] : headers) request.insert(name, value);
    request.body() = body;
    if (!body.empty() || method == "POST") request.prepare_payload();
    boost::system::error_code error;
    http::write(socket_, request, error);
}

Answer HttpClient::read_answer(bool to_head) {
    http::response_parser<http::string_body> parser;
    parser.body_limit(64 * 1024 * 1024);
    parser.skip(to_head);
    boost::system::error_code error;
    http::read(socket_, buffer_, parser, error);
    Answer answer;
    if (error) return answer;
    answer.message = parser.release();
    answer.status = answer.message.result_int();
    answer.body = answer.message.body();
    return answer;
}

Answer HttpClient::request(std::string_view method, std::string_view target, std::string_view body,
                           const Headers& headers) {
    send(method, target, body, headers);
    return read_answer(method == "HEAD");
}

Answer http_request(std::uint16_t port, std::string_view method, std::string_view target,
                    std::string_view body, const Headers& headers) {
    return HttpClient{port}.request(method, target, body, headers);
}

std::string url_encode(std::string_view text) {
    static constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte >= '0' && byte <= '9') || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z') || c == '-') {
            out += c;
        } else {
            out += '%';
            out += kHex[byte >> 4];
            out += kHex[byte & 15];
        }
    }
    return out;
}

}  // namespace pushbench::contract
