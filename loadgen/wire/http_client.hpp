#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "loadgen/wire/http_response.hpp"
#include "loadgen/wire/target.hpp"

namespace pushbench::loadgen {

struct HttpAnswer {
    int status = 0;
    std::string status_text;  ///< "404 Not Found", for messages
    std::string body;
};

/// Asks one server one request after the other on a connection that is kept where the server keeps it, plain
/// or TLS, and waits for each answer, bounded. For few requests and one thread; the crowd has its own way.
class HttpClient {
 public:
    /// `peer` is what messages call it ("the admin port 127.0.0.1:9080"), `advice` ends those of a connection
    /// that cannot be had ("is a server running there? (--admin)").
    HttpClient(Target target, std::string peer, std::string advice = {});

    /// Any status is an answer. Throws Failure with one line where none came within `limit`, or something
    /// that is no HTTP. A kept connection that the server has closed meanwhile is replaced before anything is
    /// sent; one that it closes at that very moment only where asking twice does no harm (RFC 9110 §9.2.2).
    HttpAnswer request(std::string_view method, std::string_view path, std::span<const Header> headers,
                       std::string_view body, std::chrono::nanoseconds limit);

    [[nodiscard]] const Target& target() const { return target_; }
    [[nodiscard]] std::int64_t connects() const { return connects_; }

 private:
    struct Answering;

    bool still_open();
    void connect();
    [[nodiscard]] int connect_to(const Address& address);
    void shake_hands();
    void compose(std::string_view method, std::string_view path, std::span<const Header> headers,
                 std::string_view body);
    bool ask(Answering& answer);
    void take(std::string_view bytes, HttpResponse& response, Answering& answer);
    void wait_for(Io what);
    [[noreturn]] void fail(const std::string& what, const std::string& why);

    Target target_;
    std::string peer_;
    std::string advice_;
    Channel channel_;
    std::string out_;
    std::string request_;  ///< "GET /path", the one at hand, for messages
    std::string buffer_;
    std::chrono::nanoseconds limit_{};
    std::int64_t until_ns_ = 0;
    std::int64_t connects_ = 0;
    std::size_t next_address_ = 0;
};

}  // namespace pushbench::loadgen
