#pragma once

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "servers/contract/socket.hpp"

namespace pushbench::contract {

using Headers = std::vector<std::pair<std::string, std::string>>;

/// An answer as a client sees it.
struct Answer {
    unsigned status = 0;  ///< 0: the connection ended without one
    std::string body;
    boost::beast::http::response<boost::beast::http::string_body> message;

    std::string header(std::string_view name) const;
    bool has(std::string_view name) const;
};

/// One connection on which requests follow each other.
class HttpClient {
 public:
    explicit HttpClient(std::uint16_t port, int receive_buffer_bytes = 0)
        : socket_(port, receive_buffer_bytes) {}

    Answer request(std::string_view method, std::string_view target, std::string_view body = {},
                   const Headers& headers = {});
    Answer get(std::string_view target, const Headers& headers = {}) {
        return request("GET", target, {}, headers);
    }
    /// Sends without waiting for the answer.
    void send(std::string_view method, std::string_view target, std::string_view body = {},
              const Headers& headers = {});
    /// The next answer on the connection; to a HEAD request it has no body.
    Answer read_answer(bool to_head = false);
    Socket& socket() { return socket_; }

 private:
    Socket socket_;
    boost::beast::flat_buffer buffer_;
};

/// One request on a connection of its own.
Answer http_request(std::uint16_t port, std::string_view method, std::string_view target,
                    std::string_view body = {}, const Headers& headers = {});

/// `a b` becomes `a%20b`, and so on.
std::string url_encode(std::string_view text);

}  // namespace pushbench::contract
