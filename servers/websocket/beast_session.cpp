// The way most C++ programs run a WebSocket: Beast's stream object per session, one async_write a message. It
// shows the price of the library apart from the price of the protocol.
#include <unistd.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <memory>

#include "notify/clock.hpp"
#include "notify/utf8.hpp"
#include "websocket/frame.hpp"
#include "websocket/session.hpp"

namespace pushbench::websocket {
namespace {

namespace beast = boost::beast;
using boost::asio::ip::tcp;
using boost::system::error_code;

/// The library's handlers share it: it goes when the last of them has run and its worker has let go of it.
class BeastSession final : public Session,
                           public std::enable_shared_from_this<BeastSession>,
                           private Subscriber,
                           private Timer {
 public:
    BeastSession(Worker& worker, tcp::socket socket, CountGuard count_guard, Purpose purpose)
        : Session(worker),
          purpose_(purpose),
          taken_(taken_messages(worker, purpose)),
          count_guard_(std::move(count_guard)),
          stream_(std::move(socket)) {
        stream_.read_message_max(taken_.most_bytes);
        stream_.text(true);
    }

    void start(const HttpRequest& request, const Wanted& wanted) {
        kept_ = shared_from_this();
        error_code error;
        stream_.accept(request, error);
        if (error) return close();
        for (const Gap& gap : reader_.follow(worker_.hub, *this, wanted.topics, wanted.from)) queue_gap(gap);
        last_write_ns_ = now_ns();
        arm_check();
        read();
        write();
    }

    void shut_down() override { close_with(beast::websocket::close_code::going_away); }

    void close() override {
        if (closed_) return;
        closed_ = true;
        count_guard_.leave();
        worker_.timers.cancel(*this);
        reader_.reset();
        error_code ignored;
        stream_.next_layer().close(ignored);
        reap_later();
    }

 private:
    std::shared_ptr<BeastSession> self() { return shared_from_this(); }

    void destroy() override {
        worker_.timers.cancel(*this);
        reader_.reset();
        kept_.reset();
    }

    void wake() override {
        if (!busy_) write();
    }

    void queue_gap(const Gap& gap) {
        worker_.counters.gaps.add(1);
        gaps_.push_back(to_json(gap));
    }

    /// One message at a time: that is what the library allows.
    void write() {
        if (closed_ || busy_) return;
        if (closing_) return say_close();
        while (const auto gap = reader_.take_gap()) queue_gap(*gap);
        boost::asio::const_buffer next;
        if (!gaps_.empty()) {
            writing_gap_ = std::move(gaps_.front());
            gaps_.erase(gaps_.begin());
            next = boost::asio::buffer(writing_gap_);
        } else {
            const EntryPtr* entry = nullptr;
            if (reader_.peek({&entry, 1}) == 0) return;
            writing_ = *entry;
            reader_.advance();
            const auto payload = frame_payload(writing_->frame(encode));
            next = boost::asio::buffer(payload.data(), payload.size());
        }
        busy_ = true;
        stream_.async_write(
            next, [self = self()](const error_code& error, std::size_t) { self->on_written(error); });
    }

    void on_written(const error_code& error) {
        busy_ = false;
        if (error) return close();
        last_write_ns_ = now_ns();
        worker_.counters.writes.add(1);
        if (writing_) {
            worker_.counters.deliveries.add(1);
            worker_.counters.bytes_sent.add(writing_->frame(encode).size());
        }
        writing_.reset();
        writing_gap_.clear();
        write();
    }

    /// Of a message that will be refused the first byte is enough: the rest would only be held.
    void read() {
        const auto handle = [self = self()](const error_code& error, std::size_t) { self->on_read(error); };
        if (taken_.text) return stream_.async_read(buffer_, handle);
        stream_.async_read_some(buffer_, 1, handle);
    }

    void on_read(const error_code& error) {
        if (error == beast::websocket::error::message_too_big)
            worker_.refused(Reason::message, "1009 a message over --max-message-bytes");
        if (error || closed_) return close();
        unanswered_since_ns_ = 0;
        // async_close() reads the rest by itself, so a session that closes does not read.
        if (stream_.got_binary() && !taken_.binary)
            return close_with(beast::websocket::close_code::unknown_data);
        if (stream_.got_text() && !taken_.text) return close_with(beast::websocket::close_code::policy_error);
        const std::string text = beast::buffers_to_string(buffer_.data());
        // Beast passes over a character that the last fragment, an empty one, cuts short.
        if (stream_.got_text() && !is_utf8(text))
            return close_with(beast::websocket::close_code::bad_payload);
        if (purpose_ == Purpose::echo) return echo();
        buffer_.consume(buffer_.size());
        worker_.client_publisher.publish_from_client(reader_.first_topic(), text);
        read();
    }

    /// It is read on when the message is out.
    void echo() {
        busy_ = true;
        stream_.text(stream_.got_text());
        stream_.async_write(buffer_.data(), [self = self()](const error_code& error, std::size_t) {
            self->buffer_.consume(self->buffer_.size());
            self->on_written(error);
            if (!self->closing_ && !self->closed_) self->read();
        });
    }

    void close_with(beast::websocket::close_code code) {
        if (closing_ || closed_) return;
        reason_ = code;
        closing_ = true;
        worker_.timers.set(*this, now_ns() + kLingerNs);
        if (!busy_) say_close();
    }

    void say_close() {
        busy_ = true;
        stream_.async_close(reason_, [self = self()](const error_code&) { self->close(); });
    }

    /// The next look at both ends: is a heartbeat due, is the client gone?
    void arm_check() {
        const auto& options = worker_.options;
        const std::int64_t now = now_ns();
        std::int64_t due_ns = INT64_MAX;
        if (options.idle_timeout_ns > 0) due_ns = now + options.idle_timeout_ns;
        if (options.heartbeat_ns > 0) {
            std::int64_t silent_ns = last_write_ns_ + options.heartbeat_ns;
            if (busy_ || silent_ns <= now) silent_ns = now + options.heartbeat_ns;
            due_ns = std::min(due_ns, silent_ns);
        }
        if (due_ns < INT64_MAX) worker_.timers.set(*this, due_ns);
    }

    void on_timer() override {
        if (closing_) return close();
        const std::int64_t now = now_ns();
        const auto& options = worker_.options;
        const bool silent = unanswered_since_ns_ > 0 && now >= unanswered_since_ns_ + options.idle_timeout_ns;
        const bool stuck = busy_ && now >= last_write_ns_ + options.idle_timeout_ns;
        if (options.idle_timeout_ns > 0 && (silent || stuck)) return close();
        const bool due = options.heartbeat_ns > 0 && now >= last_write_ns_ + options.heartbeat_ns;
        if (!busy_ && due) ping(now);
        arm_check();
    }

    void ping(std::int64_t now) {
        if (unanswered_since_ns_ == 0) unanswered_since_ns_ = now;
        stream_.control_callback(
            [this](beast::websocket::frame_type, beast::string_view) { unanswered_since_ns_ = 0; });
        busy_ = true;
        worker_.counters.heartbeats.add(1);
        stream_.async_ping({}, [self = self()](const error_code& error) { self->on_written(error); });
    }

    const Purpose purpose_;
    const Taken taken_;
    CountGuard count_guard_;
    std::shared_ptr<BeastSession> kept_;                   // by the worker
    beast::websocket::stream<tcp::socket, false> stream_;  // false: no permessage-deflate
    beast::flat_buffer buffer_;
    Reader reader_;
    EntryPtr writing_;
    std::vector<std::string> gaps_;  // still to be told
    std::string writing_gap_;
    beast::websocket::close_code reason_{};
    std::int64_t last_write_ns_ = 0;
    std::int64_t unanswered_since_ns_ = 0;
    bool busy_ = false;  // the library is writing
    bool closing_ = false;
    bool closed_ = false;
};

}  // namespace

void start_beast_session(Exchange& exchange, const Request& request, Purpose purpose) {
    const auto wanted = accept_request(exchange, request, purpose);
    if (!wanted) return;
    Worker& worker = exchange.worker();
    const bool v6 = worker.options.listen.host.find(':') != std::string::npos;
    tcp::socket socket{worker.io};
    error_code error;
    Handover begin = exchange.switch_protocols({});
    // Beast writes its own answer, by itself. A client that does not take what it asked for before that is
    // not waited for.
    if (!begin.first.empty() && begin.socket.write_some(begin.first).bytes < begin.first.size()) return;
    const int file = begin.socket.release();
    socket.assign(v6 ? tcp::v6() : tcp::v4(), file, error);
    if (error) ::close(file);
    // Asio does not know that it is non-blocking already, and would wait for ever for a client that reads
    // nothing.
    if (!error) socket.non_blocking(true, error);
    if (!error)
        std::make_shared<BeastSession>(worker, std::move(socket), begin.socket.take_count(), purpose)
            ->start(request.to_beast(), *wanted);
}

}  // namespace pushbench::websocket
