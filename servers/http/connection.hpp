#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "http/message.hpp"
#include "http/reader.hpp"
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

/// The HTTP/1.1 side of a connection: moves bytes between the socket and the reader of requests, routes what
/// that has read, writes answers, keeps alive. Bytes are read into the thread's buffer; an idle connection
/// holds neither a reader nor a buffer.
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
    std::string take_rest();     ///< bytes that came behind the request
    std::string take_answers();  ///< to earlier requests, which are not out yet
    std::string_view cors() const { return cors_; }
    Persistence persistence() const { return persistence_; }
    Worker& worker() { return worker_; }

 private:
    enum class State : std::uint8_t { reading, handling, lingering, closed };
    /// While bytes are processed: what there is of them yet, and the answers that wait for the next one.
    struct Turn {
        std::string_view ahead;
        std::string corked;
    };

    void on_events(std::uint32_t events) override;
    void read();
    bool is_full() const;
    bool may_read() const;
    void take(std::string_view bytes);
    void process(std::string_view bytes);
    void advance();
    void take_head();
    void route(const RequestHead& head);
    void dispatch(const Route& route, const Target& target);
    void refuse(const Refusal& refusal);
    void await_more();
    void uncork();
    void send(std::shared_ptr<const std::string> answers);
    void write();
    void after_answers();
    void linger();
    Counter* counter();
    void leave();
    void on_timer() override;
    void set_deadline(std::int64_t timeout_ns);

    Socket socket_;
    const HttpService& service_;
    State state_ = State::reading;
    Persistence persistence_ = Persistence::keep;
    bool refuse_ = false;
    bool head_only_ = false;   // the request is HEAD
    bool unfinished_ = false;  // a request has begun to arrive
    CountGuard count_guard_;
    std::unique_ptr<HttpReader> reader_;  // only while a request is arriving
    std::unique_ptr<Parked> parked_;
    Turn* turn_ = nullptr;
    std::string rest_;  // what came behind a request that has no answer, or whose answer is not out
    std::string cors_;
    std::shared_ptr<const std::string> answers_;  // that the client has not taken yet
    std::size_t written_bytes_ = 0;               // of them; once it lingers: read and dropped
};

/// How a listener admits those who speak HTTP to a service, which outlives it.
Admit admit_http(const HttpService& service);

}  // namespace pushbench
