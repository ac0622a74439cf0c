#include "loadgen/transport/sse/client.hpp"

#include "loadgen/transport/sse/parser.hpp"
#include "loadgen/wire/http_response.hpp"

namespace pushbench::loadgen {
namespace {

class SseClient final : public Protocol {
 public:
    void request(const Subscription& what, std::string& out) override {
        response_ = HttpResponse{};
        parser_.restart();
        out += "GET /events?topic=";
        out += what.topic;
        out += " HTTP/1.1\r\nHost: ";
        out += what.host;
        out += "\r\nAccept: text/event-stream\r\nCache-Control: no-cache\r\n";
        if (!parser_.last_event_id().empty())
            out += "Last-Event-ID: " + parser_.last_event_id() + "\r\n";
        else if (what.after)
            out += "Last-Event-ID: " + std::to_string(*what.after) + "\r\n";
        out += "\r\n";
    }

    Next received(std::string_view bytes, Receiver& to, std::string& /*out*/) override {
        Reading reading{*this, to};
        std::string_view rest;
        const auto state = response_.read(bytes, reading, rest);
        if (state == HttpResponse::State::broken && !reading.refused)
            to.on_refused("answered GET /events with something that is not HTTP; expected an SSE server");
        return state == HttpResponse::State::reading && !reading.refused ? Next::go_on : Next::close;
    }

 private:
    /// From the response to the events in it, for the time of one call.
    struct Reading final : ResponseSink, SseSink {
        Reading(SseClient& c, Receiver& r) : client{c}, to{r} {}

        void on_head(const ResponseHead& head) override {
            const auto type = head.field("Content-Type").value_or("no content type");
            if (head.status == 200 && equals_ignoring_case(type.substr(0, 17), "text/event-stream"))
                return to.on_ready(std::nullopt);
            refused = true;
            to.on_refused("answered GET /events with " + describe(head) +
                          (head.status == 200 ? " and " + std::string{type} : std::string{}) +
                          "; an SSE server answers 200 and text/event-stream");
        }
        void on_body(std::string_view piece) override {
            if (!refused) client.parser_.feed(piece, *this);
        }
        void on_end() override {}
        void on_event(std::string_view type, std::string_view data) override {
            if (type.empty() || type == "message")
                to.on_notification(data);
            else if (type == "gap")
                to.on_gap();  // any other type is not ours to judge
        }
        void on_retry_ms(std::uint32_t delay_ms) override {
            to.on_retry(std::chrono::milliseconds{delay_ms});
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
