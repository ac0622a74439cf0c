#pragma once

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstdint>
#include <ctime>
#include <string>
#include <string_view>

#include "http/head.hpp"
#include "http/query.hpp"

namespace pushbench {

using HttpRequest = boost::beast::http::request<boost::beast::http::string_body>;

/// A request, taken apart. It lives only while its handler runs.
struct Request {
    const RequestHead& head;
    std::string_view body;
    const Target& target;
    void* route_state = nullptr;

    /// What the route has for its handler.
    template <class State>
    State& state() const {
        return *static_cast<State*>(route_state);
    }

    std::string_view header(std::string_view name) const { return head.header(name); }
    bool has(std::string_view name) const { return head.count(name) > 0; }
    bool is_head() const { return head.method() == "HEAD"; }  ///< the answer has no body
    /// As Beast's handshake reads it. Connection and Upgrade are lists, and stand in one line each.
    HttpRequest to_beast() const;
};

/// Whether the connection goes on behind an answer. HTTP/1.0 has to be told so (RFC 9112 §C.2.2).
enum class Persistence : std::uint8_t { keep, keep_announced, close };

struct Response {
    unsigned status = 200;
    std::string_view content_type = "text/plain; charset=utf-8";
    std::string body;
    std::string headers;     ///< more header lines, each ended by CRLF
    bool has_length = true;  ///< false for the answer to HEAD where nobody knows how long GET's would be
};

/// One line of text, ended by a line feed.
Response text_response(unsigned status, std::string_view line, std::string headers = {});

/// `HTTP/1.1 200 OK`, ended by CRLF (RFC 9112 §4).
std::string status_line(unsigned status);

/// `Date: Sun, 06 Nov 1994 08:49:37 GMT`, ended by CRLF (RFC 9110 §6.6.1). It is there until the thread's
/// next call.
std::string_view date_line();
/// The same of that second since 1970.
std::string_view date_line_at(std::time_t now_s);

/// The whole message as it leaves. Written by hand: it is on the path of every poll.
std::string serialize(const Response& response, std::string_view cors, Persistence persistence);

/// A response that many get. As nearly all of them get it, it is put together once.
class SharedResponse {
 public:
    explicit SharedResponse(Response response);

    const Response& response() const { return response_; }
    /// The whole message, for a client of the server's own origin whose connection is kept.
    const std::string& message() const { return message_; }
    /// A response says when it was made (RFC 9110 §6.6.1): false where that is not now any more.
    bool is_of_now() const { return date_ == date_line(); }

 private:
    Response response_;
    std::string date_;
    std::string message_;
};

}  // namespace pushbench
