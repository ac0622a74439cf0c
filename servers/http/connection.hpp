#pragma once

#include <boost/beast/http/parser.hpp>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "http/message.hpp"
#include "http/routing.hpp"
#include "net/listener.hpp"
#include "net/socket.hpp"
#include "net/worker.hpp"

namespace pushbench {

/// A request that waits for its answer. The connection owns it until then.
class Parked {
 public:
    virtual ~Parked() = default;
    /// Its time is up, or the server ends: answer now.
    virtual void answer_empty() = 0;
};

/// The HTTP/1.1 side of a connection: reads requests by Beast's parser, routes them, writes answers, keeps
/// alive. Bytes are read into the thread's buffer and only what is left of an unfinished request is kept.
class HttpConnection final : public Session, private Pollable, private Timer {
 public:
    HttpConnection(Worker& worker, Socket socket, const HttpService& service, bool refuse);

    void begin() override;
    void shut_down() override;
    void close() override;

    // For handlers.
    void respond(const Response& response);
    void respond(std::shared_ptr<const std::string> message);  ///< a whole message, as serialize() makes it
    /// A whole message after which the connection ends, whatever the client wanted.
    void respond_and_close(std::string message);
    /// Waits for respond(), `wait_ns` at most.
    void park(std::unique_ptr<Parked> parked, std::int64_t wait_ns);
    /// The socket, still watched: its new owner takes over, see Socket::hand_over().
    Socket release();
    std::string take_rest() { return std::move(rest_); }  ///< bytes that came behind the request
    std::string_view cors() const { return cors_; }
    bool keep_alive() const { return keep_alive_; }
    Worker& worker() { return worker_; }

 private:
    using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
    enum class State { reading, handling, writing, lingering, closed };

    void on_events(std::uint32_t events) override;
    void read();
    void take(std::string_view bytes);
    void process(std::string_view bytes);
    bool parse(std::string_view& bytes);
    void dispatch();
    void answer_bad_request(const boost::system::error_code& error);
    void answer_continue();
    void write();
    void finish_response();
    void linger();
    Counter* counter();
    void leave();
    void on_timer() override;
    void set_deadline(std::int64_t timeout_ns);

    Socket socket_;
    const HttpService& service_;
    State state_ = State::reading;
    bool refuse_ = false;
    CountGuard count_guard_;
    bool keep_alive_ = true;
    bool head_only_ = false;  // the request is HEAD
    bool processing_ = false;
    bool unfinished_ = false;  // a request has begun to arrive
    bool continued_ = false;
    std::unique_ptr<Parser> parser_;  // only while a request is arriving
    std::unique_ptr<Parked> parked_;
    std::string rest_;
    std::string cors_;
    std::shared_ptr<const std::string> message_;  // being written
    std::size_t written_bytes_ = 0;
};

/// How a listener admits those who speak HTTP to a service, which outlives it.
Admit admit_http(const HttpService& service);

}  // namespace pushbench
