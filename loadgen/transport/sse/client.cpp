#include "loadgen/transport/sse/client.hpp"

#include <algorithm>

#include "loadgen/transport/ask.hpp"
#include "loadgen/transport/http_refusal.hpp"
#include "loadgen/transport/judge.hpp"
#include "loadgen/transport/sse/parser.hpp"
#include "loadgen/wire/http_response.hpp"

namespace pushbench::loadgen {
namespace {

constexpr std::string_view sse_answer = "; an SSE server answers 200 and text/event-stream";

bool contains(const std::vector<std::string>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

class SseClient final : public Protocol {
 public:
    explicit SseClient(const Speech& speech) : speech_{speech} {}

    void request(const Subscription& what, std::string& out) override {
        parser_.begin(what.cursor);
        append_get(speech_, what, {{"Accept", "text/event-stream"}, {"Cache-Control", "no-cache"}}, out);
    }

    Next received(std::string_view bytes, Receiver& to, std::string& /*out*/) override {
        Reading reading{*this, to};
        std::string_view rest;
        const auto state = response_.read(bytes, reading, rest);
        if (state == HttpResponse::State::broken && !reading.refused)
            reading.refuse(protocol_error(std::string{response_.why()} + "; expected an SSE server", true));
        reading.refusal.tell(to);
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
            if (refusal.refused()) return refusal.add_body(piece);
            if (refused || client.parser_.feed(piece, *this)) return;
            refuse(
                protocol_error("a line or an event of over 16 MiB, which is more than is taken here", false));
        }
        void on_end() override {}
        void on_event(const SseEvent& event) override {
            if (refused) return;
            const Speech& speech = client.speech_;
            const std::string_view name = event.type.empty() ? "message" : event.type;
            if (!speech.gap_events.empty() && contains(speech.gap_events, name)) return to.on_gap();
            if (!speech.events.empty() && !contains(speech.events, name)) return to.on_other(name);
            refused = refuses(judge(speech, event.data, to));
        }
        void on_retry_ms(std::uint32_t delay_ms) override {
            to.on_retry(std::chrono::milliseconds{delay_ms});
        }
        void refuse(Refusal why) {
            refused = true;
            refusal.refuse(std::move(why));
        }

        SseClient& client;
        Receiver& to;
        HttpRefusal refusal;
        bool refused = false;  ///< by the answer, or by an event in it
    };

    const Speech& speech_;
    HttpResponse response_;
    SseParser parser_;
};

}  // namespace

std::unique_ptr<Protocol> make_sse_client(const Speech& speech) {
    return std::make_unique<SseClient>(speech);
}

}  // namespace pushbench::loadgen
