#include "loadgen/transport/websocket/client.hpp"

#include "loadgen/transport/http_refusal.hpp"
#include "loadgen/transport/websocket/client_frame.hpp"
#include "loadgen/transport/websocket/frame_reader.hpp"
#include "loadgen/transport/websocket/handshake.hpp"
#include "loadgen/wire/http_response.hpp"
#include "loadgen/wire/url.hpp"

namespace pushbench::loadgen {
namespace {

/// Pongs that wait to be sent. Past that only the ping that came last is answered, as RFC 6455 §5.5.3 allows:
/// a peer that pings without reading must not fill our memory.
constexpr std::size_t longest_pongs_bytes = 64 * 1024;

class WebSocketClient final : public Protocol {
 public:
    void request(const Subscription& what, std::string& out) override {
        const std::string key = new_websocket_key();
        accept_ = expected_accept(key);
        out += "GET /ws?topic=";
        out += what.encoded_topic;
        if (!what.cursor.empty()) out += "&after=" + percent_encoded(what.cursor);
        out += " HTTP/1.1\r\nHost: ";
        out += what.target.authority;
        out +=
            "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: "
            "13\r\nSec-WebSocket-Key: ";
        out += key;
        out += "\r\n\r\n";
    }

    Next received(std::string_view bytes, Receiver& to, std::string& out) override {
        if (!open_) {
            Handshake head{accept_, to};
            std::string_view rest;
            const auto state = handshake_.read(bytes, head, rest);
            if (state == HttpResponse::State::broken && !head.refused)
                to.on_refused(
                    protocol_error(std::string{handshake_.why()} + "; expected a WebSocket server", true));
            if (state == HttpResponse::State::reading && !head.refused) return Next::go_on;
            if (state != HttpResponse::State::upgraded || head.refused) return Next::close;
            open_ = true;
            std::string{}.swap(accept_);
            to.on_ready({});
            bytes = rest;
        }
        Reading reading{*this, to, out};
        if (!frames_.feed(bytes, reading)) {
            say_close(close_code(frames_.violation()), out);  // §7.1.7, fail the connection
            to.on_refused(protocol_error("sent " + std::string{describe(frames_.violation())}, false));
            return Next::close;
        }
        return reading.peer_closed ? Next::close : Next::go_on;
    }

    void goodbye(std::string& out) override {
        if (open_) say_close(CloseCode::normal, out);
    }

 private:
    struct Handshake final : ResponseSink {
        Handshake(std::string_view a, Receiver& r) : accept{a}, to{r} {}
        void on_head(const ResponseHead& head) override {
            const std::string problem = handshake_problem(head, accept);
            refused = !problem.empty();
            if (!refused) return;
            Refusal refusal = refusal_of(head, problem);
            refusal.location.clear();  // a handshake is not redirected (WHATWG WebSockets, §3.1)
            to.on_refused(std::move(refusal));
        }
        void on_body(std::string_view) override {}
        void on_end() override {}

        std::string_view accept;
        Receiver& to;
        bool refused = false;
    };

    /// From the frames to what they say, for the time of one call.
    struct Reading final : FrameSink {
        Reading(WebSocketClient& c, Receiver& r, std::string& o) : client{c}, to{r}, out{o} {}
        void on_message(std::string_view payload) override {
            if (payload.starts_with(R"({"gap":)"))
                to.on_gap();
            else
                to.on_message(payload);
        }
        void on_control(Opcode opcode, std::string_view payload) override {
            if (opcode == Opcode::ping) return pong(payload);
            if (opcode != Opcode::close) return;
            // §5.5.1: a close is answered with one that carries the same code, unless we were first.
            peer_closed = true;
            if (!client.closing_) append_client_frame(out, Opcode::close, payload.substr(0, 2));
            client.closing_ = true;
        }

        /// §5.5.3. All pongs of one read leave in one write.
        void pong(std::string_view payload) {
            to.on_other("ping");
            if (out.size() > longest_pongs_bytes && out.size() == pong_end) out.resize(pong_begin);
            pong_begin = out.size();
            append_client_frame(out, Opcode::pong, payload);
            pong_end = out.size();
        }

        WebSocketClient& client;
        Receiver& to;
        std::string& out;
        std::size_t pong_begin = 0;  // of the last one
        std::size_t pong_end = 0;
        bool peer_closed = false;
    };

    void say_close(CloseCode code, std::string& out) {
        if (!closing_) append_close_frame(out, code);
        closing_ = true;
    }

    HttpResponse handshake_;
    FrameReader frames_;
    std::string accept_;
    bool open_ = false;
    bool closing_ = false;
};

}  // namespace

std::unique_ptr<Protocol> make_websocket_client() {
    return std::make_unique<WebSocketClient>();
}

}  // namespace pushbench::loadgen
