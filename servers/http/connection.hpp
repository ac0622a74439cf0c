#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "http/exchange.hpp"
#include "http/message.hpp"
#include "http/reader.hpp"
#include "http/routing.hpp"
#include "net/listener.hpp"
#include "net/socket.hpp"
#include "net/worker.hpp"

namespace pushbench {

/// The HTTP/1.1 side of a connection: moves bytes between the socket and the reader of requests, routes what
/// that has read, writes answers, keeps alive. Bytes are read into the thread's buffer; an idle connection
/// holds neither a reader nor a buffer.
class HttpConnection final : public Session, private Exchange, private Pollable, private Timer {
 public:
    HttpConnection(Worker& worker, Socket socket, const HttpService& service, bool refuse);

    void begin() override;
    void shut_down() override;
    void close() override;

 private:
    enum class State : std::uint8_t {
        reading,    ///< of a request, or until one comes
        handling,   ///< a request has no answer yet
        ending,     ///< the last answer is given, and is on its way
        lingering,  ///< it is out
        closed
    };
    /// While bytes are processed: what there is of them yet, and the answers that wait for the next one.
    struct Turn {
        std::string_view ahead;
        std::string corked;
        bool began = false;  // a request whose reader is still at it
    };

    // Exchange: that of the request that has no answer yet.
    void respond(const Response& response) override;
    void respond(const std::shared_ptr<const SharedResponse>& response) override;
    void park(std::unique_ptr<Parked> parked, std::int64_t wait_ns) override;
    Handover start_stream(const Response& head) override;
    Handover switch_protocols(std::string_view answer) override;
    Worker& worker() override { return worker_; }

    void on_events(std::uint32_t events) override;
    void read();
    bool is_full() const;
    bool may_read() const;
    void take(std::string_view bytes);
    void process(std::string_view bytes);
    void advance();
    void take_head();
    void route(const RequestHead& head);
    void dispatch(const Route* route, const Target& target);
    void refuse(const Refusal& refusal);
    void await_more();
    void answer(std::shared_ptr<const std::string> message);
    void uncork();
    void send(std::shared_ptr<const std::string> answers);
    void write();
    void after_answers();
    void linger();
    void leave();
    void on_timer() override;
    void set_deadline(std::int64_t timeout_ns);

    Socket socket_;
    const HttpService& service_;
    State state_ = State::reading;
    Persistence persistence_ = Persistence::keep;
    bool refuse_ = false;
    bool head_only_ = false;              // the request is HEAD
    std::uint32_t written_bytes_ = 0;     // of the answers; once it lingers: read and dropped
    std::unique_ptr<HttpReader> reader_;  // only while a request is arriving, of which some has come
    std::unique_ptr<Parked> parked_;
    Turn* turn_ = nullptr;
    std::string rest_;  // what came behind a request that has no answer, or whose answer is not out
    std::string cors_;
    std::shared_ptr<const std::string> answers_;  // that the client has not taken yet
};

/// How a listener admits those who speak HTTP to a service, which outlives it.
Admit admit_http(const HttpService& service);

}  // namespace pushbench
