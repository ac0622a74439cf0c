#include "loadgen/transport/sse/client.hpp"

#include "loadgen/transport/http_refusal.hpp"
#include "loadgen/transport/sse/parser.hpp"
#include "loadgen/wire/http_response.hpp"

namespace pushbench::loadgen {
namespace {

constexpr std::string_view sse_answer = "; an SSE server answers 200 and text/event-stream";

class SseClient final : public Protocol {
 public:
    void request(const Subscription& what, std::string& out) override {
        parser_.begin(what.cursor);
        const std::string& path = what.target.url.path_and_query;
        if (path.empty())
            out.append("GET /events?topic=").append(what.encoded_topic);
        else
            out.append("GET ").append(path);
        out += " HTTP/1.1\r\nHost: ";
        out += what.target.authority;
        out += "\r\nAccept: text/event-stream\r\nCache-Control: no-cache\r\n";
        if (!what.cursor.empty()) out.append("Last-Event-ID: ").append(what.cursor).append("\r\n");
        out += "\r\n";
    }

    Next received(std::string_view bytes, Receiver& to, std::string& /*out*/) override {
        Reading reading{*this, to};
        std::string_view rest;
        const auto state = response_.read(bytes, reading, rest);
        if (state == HttpResponse::State::broken && !reading.refused)
            to.on_refused(protocol_error(std::string{response_.why()} + "; expected an SSE server", true));
        return state == HttpResponse::State::reading && !reading.refused ? Next::go_on : Next::close;
    }

    [[nodiscard]] std::string_view cursor() const override { return parser_.last_event_id(); }

 private:
    /// From the response to the events in it, for the time of one call.
    struct Reading final : ResponseSink, SseSink {
        Reading(SseClient& c, Receiver& r) : client{c}, to{r} {}

        void on_head(const ResponseHead& head) override {
            const auto type = head.field("Content-Type").value_or("no content type");
            if (head.status != 200) return refuse(refusal_of(head, sse_answer));
            if (!is_media_type(type, "text/event-stream"))
                return refuse(refusal_of(head, " and " + std::string{type} + std::string{sse_answer}));
            if (const auto encoding = unasked_encoding(head); !encoding.empty())
                return refuse(
                    refusal_of(head, " encoded as " + std::string{encoding} + ", which nobody asked for"));
            to.on_ready({});
        }
        void on_body(std::string_view piece) override {
            if (refused || client.parser_.feed(piece, *this)) return;
            refuse(protocol_error("sent a line or an event of over 16 MiB, which is more than is taken here",
                                  false));
        }
        void on_end() override {}
        void on_event(const SseEvent& event) override {
            if (event.type.empty() || event.type == "message")
                to.on_message(event.data);
            else if (event.type == "gap")
                to.on_gap();
            else
                to.on_other(event.type);
        }
        void on_retry_ms(std::uint32_t delay_ms) override {
            to.on_retry(std::chrono::milliseconds{delay_ms});
        }
        void refuse(Refusal why) {
            refused = true;
            to.on_refused(std::move(why));
        }

        SseClient& client;
        Receiver& to;
        bool refused = false;
    };

    HttpResponse response_;
    SseParser parser_;
};

}  // namespace

std::unique_ptr<Protocol> make_sse_client() {
    return std::make_unique<SseClient>();
}

}  // namespace pushbench::loadgen
