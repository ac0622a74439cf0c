#pragma once

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <string>
#include <string_view>

#include "http/query.hpp"

namespace pushbench {

using HttpRequest = boost::beast::http::request<boost::beast::http::string_body>;

/// A request, taken apart. It lives only while its handler runs.
struct Request {
    const HttpRequest& http;
    const Target& target;
    void* route_state = nullptr;

    /// What the route has for its handler.
    template <class State>
    State& state() const {
        return *static_cast<State*>(route_state);
    }

    std::string_view header(boost::beast::http::field name) const;
    bool has(boost::beast::http::field name) const { return http.find(name) != http.end(); }
};

struct Response {
    unsigned status = 200;
    std::string_view content_type = "text/plain; charset=utf-8";
    std::string body;
    std::string headers;  ///< more header lines, each ended by CRLF
};

/// One line of text, ended by a line feed.
Response text_response(unsigned status, std::string_view line, std::string headers = {});

/// `HTTP/1.1 200 OK`, ended by CRLF (RFC 9112 §4).
std::string status_line(unsigned status);

/// The whole message as it leaves. Written by hand: it is on the path of every poll.
std::string serialize(const Response& response, std::string_view cors, bool keep_alive);

}  // namespace pushbench
