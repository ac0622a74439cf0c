#include "loadgen/transport/websocket/client.hpp"

#include <algorithm>

#include "loadgen/dialects/cut.hpp"
#include "loadgen/transport/ask.hpp"
#include "loadgen/transport/http_refusal.hpp"
#include "loadgen/transport/judge.hpp"
#include "loadgen/transport/websocket/client_frame.hpp"
#include "loadgen/transport/websocket/frame_reader.hpp"
#include "loadgen/transport/websocket/handshake.hpp"
#include "loadgen/wire/http_response.hpp"

namespace pushbench::loadgen {
namespace {

/// Pongs that wait to be sent. Past that only the ping that came last is answered, as §5.5.3 allows: a peer
/// that pings without reading must not fill our memory.
constexpr std::size_t longest_pongs_bytes = 64 * 1024;

class WebSocketClient final : public Protocol {
 public:
    explicit WebSocketClient(const Speech& speech) : speech_{speech} {
        if (speech.cut != Cut::whole) cutter_ = std::make_unique<Cutter>(speech.cut);
    }

    void request(const Subscription& what, std::string& out) override {
        const std::string key = new_websocket_key();
        const SubscriptionValues named{what};
        opening_ = std::make_unique<Opening>();
        opening_->accept = expected_accept(key);
        opening_->subprotocol = speech_.subprotocol.with(named.values());
        if (talks()) talk_ = std::make_unique<Talk>(what);
        append_get(speech_, what,
                   {{"Upgrade", "websocket"},
                    {"Connection", "Upgrade"},
                    {"Sec-WebSocket-Version", "13"},
                    {"Sec-WebSocket-Key", key},
                    {"Sec-WebSocket-Protocol", opening_->subprotocol}},
                   out);
    }

    Next received(std::string_view bytes, Receiver& to, std::string& out) override {
        if (opening_) {
            Handshake head{*opening_};
            std::string_view rest;
            const auto state = opening_->response.read(bytes, head, rest);
            if (state == HttpResponse::State::broken)
                head.refusal.refuse(protocol_error(
                    std::string{opening_->response.why()} + "; expected a WebSocket server", true));
            head.refusal.tell(to);
            if (state == HttpResponse::State::reading && !head.refusal.refused()) return Next::go_on;
            if (state != HttpResponse::State::upgraded || head.refusal.refused()) return Next::close;
            opening_.reset();
            for (const Template& each : speech_.open) say(each, out);
            if (!speech_.confirms) to.on_ready({});
            bytes = rest;
        }
        Reading reading{*this, to, out};
        if (!frames_.feed(bytes, reading)) {
            say_close(close_code(frames_.violation()), out);  // §7.1.7, fail the connection
            to.on_refused(protocol_error(std::string{describe(frames_.violation())}, false));
            return Next::close;
        }
        if (reading.refused) say_close(CloseCode::normal, out);
        return reading.peer_closed || reading.refused ? Next::close : Next::go_on;
    }

    void heartbeat(std::string& out) override {
        if (opening_ || closing_) return;
        for (const Template& each : speech_.heartbeat) say(each, out);
    }

    void say(std::string_view message, std::string& out) override {
        if (!opening_ && !closing_)
            append_client_frame(out, speech_.binary ? Opcode::binary : Opcode::text, message);
    }

    void goodbye(std::string& out) override {
        if (!opening_) say_close(CloseCode::normal, out);
    }

    [[nodiscard]] std::string_view cursor() const override {
        return talk_ ? std::string_view{talk_->cursor} : "";
    }

 private:
    /// What the answer to the handshake is held against. Over with it.
    struct Opening {
        HttpResponse response;
        std::string accept;
        std::string subprotocol;
    };
    /// What is needed to say more, and to go on later. Only where the dialect does either.
    struct Talk {
        explicit Talk(const Subscription& what) : named{what}, cursor{what.cursor} {}
        SubscriptionValues named;
        std::string cursor;
    };

    struct Handshake final : ResponseSink {
        explicit Handshake(const Opening& o) : opening{o} {}
        void on_head(const ResponseHead& head) override {
            const std::string problem = handshake_problem(head, opening.accept, opening.subprotocol);
            if (problem.empty()) return;
            Refusal why = refusal_of(head, problem);
            why.location.clear();  // a handshake is not redirected (WHATWG WebSockets, §3.1)
            refusal.refuse(std::move(why));
        }
        void on_body(std::string_view piece) override { refusal.add_body(piece); }
        void on_end() override {}

        const Opening& opening;
        HttpRefusal refusal;
    };

    /// From the frames to what they say, for the time of one call.
    struct Reading final : FrameSink, CutSink {
        Reading(WebSocketClient& c, Receiver& r, std::string& o) : client{c}, to{r}, out{o} {}
        void on_message(std::string_view payload) override {
            if (refused) return;
            if (!client.cutter_) return on_piece(payload);
            if (!client.cutter_->feed(payload, *this) && !refused) {
                refused = true;
                to.on_refused(protocol_error("a message that cannot be cut as the dialect says", true));
            }
        }
        void on_piece(std::string_view message) override {
            if (refused) return;
            const SpeechRule* rule = judge(client.speech_, message, to);
            if (client.talk_) client.note_cursor(message);
            if (rule == nullptr) return;
            refused = refuses(rule);
            for (const Template& each : rule->answers) client.say(each, out);
            if (rule->subscribed && !client.subscribed_) {
                client.subscribed_ = true;
                to.on_ready({});
            }
        }
        void on_payload(std::string_view payload) override {
            if (!refused) to.on_message(payload);
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
        bool refused = false;
    };

    [[nodiscard]] bool talks() const {
        return !speech_.open.empty() || !speech_.heartbeat.empty() || speech_.cursor_key() != nullptr ||
               std::any_of(speech_.rules.begin(), speech_.rules.end(),
                           [](const SpeechRule& rule) { return !rule.answers.empty(); });
    }
    void say(const Template& text, std::string& out) {
        talk_->named.values().cursor = talk_->cursor;
        append_client_frame(out, speech_.binary ? Opcode::binary : Opcode::text,
                            text.with(talk_->named.values()));
    }
    void note_cursor(std::string_view message) {
        const CursorPart* key = speech_.cursor_key();
        if (key == nullptr) return;
        if (const auto value = value_of_key(message, key->from_name); !value.empty()) talk_->cursor = value;
    }
    void say_close(CloseCode code, std::string& out) {
        if (!closing_) append_close_frame(out, code);
        closing_ = true;
    }

    const Speech& speech_;
    FrameReader frames_;
    std::unique_ptr<Opening> opening_;  ///< null once the handshake is done
    std::unique_ptr<Talk> talk_;
    std::unique_ptr<Cutter> cutter_;  ///< null where a frame is a message
    bool subscribed_ = false;
    bool closing_ = false;
};

}  // namespace

std::unique_ptr<Protocol> make_websocket_client(const Speech& speech) {
    return std::make_unique<WebSocketClient>(speech);
}

}  // namespace pushbench::loadgen
