#include "loadgen/transport/polling/client.hpp"

#include <charconv>

#include "loadgen/transport/http_refusal.hpp"
#include "loadgen/transport/polling/answer.hpp"
#include "loadgen/wire/http_response.hpp"
#include "loadgen/wire/url.hpp"

namespace pushbench::loadgen {
namespace {

constexpr std::string_view poll_answer = "; a polling server answers 200 or 204";

class PollClient final : public Protocol {
 public:
    void request(const Subscription& what, std::string& out) override {
        if (cursor_.empty()) cursor_ = what.cursor;
        append_path(what, out);
        out += " HTTP/1.1\r\nHost: ";
        out += what.target.authority;
        out += "\r\n\r\n";
        response_ = HttpResponse{};
    }

    Next received(std::string_view bytes, Receiver& to, std::string& /*out*/) override {
        Reading reading{*this, to};
        std::string_view rest;
        const auto state = response_.read(bytes, reading, rest);
        if (state == HttpResponse::State::broken && !reading.refused)
            reading.refuse(
                protocol_error(std::string{response_.why()} + "; expected a polling server", !ready_));
        if (reading.refused || state == HttpResponse::State::broken || !rest.empty()) return Next::close;
        if (state == HttpResponse::State::whole && close_) return Next::close;
        return Next::go_on;
    }

    void ended(Receiver& to) override {
        Reading reading{*this, to};
        response_.closed(reading);
    }

    [[nodiscard]] std::string_view cursor() const override { return cursor_; }

 private:
    void append_path(const Subscription& what, std::string& out) const {
        const std::string& path = what.target.url.path_and_query;
        if (!path.empty()) {
            out.append("GET ").append(path);
            return;
        }
        out.append("GET /poll?topic=").append(what.encoded_topic);
        if (cursor_.empty()) return;
        out.append("&after=").append(percent_encoded(cursor_));
        // The first request learns the cursor and must not park: only with a cursor can nothing be missed.
        if (what.wait.count() > 0) append_wait(what.wait, out);
    }
    static void append_wait(std::chrono::milliseconds wait, std::string& out) {
        const bool whole_s = wait.count() % 1000 == 0;
        char digits[24];
        out += "&wait=";
        out.append(
            digits,
            std::to_chars(digits, digits + sizeof digits, whole_s ? wait.count() / 1000 : wait.count()).ptr);
        out += whole_s ? "s" : "ms";
    }

    /// From the response to the messages in it, for the time of one call.
    struct Reading final : ResponseSink, AnswerSink {
        Reading(PollClient& c, Receiver& r) : client{c}, to{r} {}

        void on_head(const ResponseHead& head) override {
            client.status_ = head.status;
            client.close_ = !head.keeps_alive();
            client.body_.clear();
            client.told_ = false;
            if (head.status == 204) return take_cursor(head);
            if (head.status != 200) return refuse(refusal_of(head, poll_answer));
            if (const auto encoding = unasked_encoding(head); !encoding.empty())
                refuse(refusal_of(head, " encoded as " + std::string{encoding} + ", which nobody asked for"));
        }
        /// Usually the body comes in one piece and is read where it lies.
        void on_body(std::string_view piece) override {
            if (refused || client.told_) return;
            if (client.body_.empty()) {
                client.told_ = parse_whole(piece);
                if (client.told_) return;
            }
            client.body_ += piece;
        }
        void on_end() override {
            if (refused) return;
            if (client.status_ == 200 && !client.told_ && !parse_whole(client.body_))
                return refuse(protocol_error("a body that is not {\"cursor\":…,\"notifications\":[…]}",
                                             !client.ready_));
            if (client.body_.capacity() > 4096)
                std::string{}.swap(client.body_);  // an idle client holds no memory for it
            else
                client.body_.clear();
            if (!client.ready_) to.on_ready(client.cursor_);
            client.ready_ = true;
            to.on_answer(client.status_ == 204);
        }
        void on_cursor(std::string_view cursor) override { client.cursor_ = cursor; }
        void on_message(std::string_view json) override { to.on_message(json); }
        void on_gap() override { to.on_gap(); }

        bool parse_whole(std::string_view body) {
            // A piece that ends in the middle fails here at no great cost and tells nothing.
            return body.ends_with('}') && parse_answer(body, *this);
        }
        void take_cursor(const ResponseHead& head) {
            const auto cursor = head.field("Cursor").value_or("");
            if (!cursor.empty())
                client.cursor_ = cursor;
            else if (client.cursor_.empty())
                refuse(protocol_error(
                    "204 to the first poll and no Cursor header, so there is no place to go on from", true));
        }
        void refuse(Refusal why) {
            refused = true;
            to.on_refused(std::move(why));
        }

        PollClient& client;
        Receiver& to;
        bool refused = false;
    };

    HttpResponse response_;
    std::string body_;  ///< pieces so far of a body that comes in several
    std::string cursor_;
    int status_ = 0;
    bool close_ = false;
    bool ready_ = false;
    bool told_ = false;  ///< the body has been read, in one piece
};

}  // namespace

std::unique_ptr<Protocol> make_poll_client() {
    return std::make_unique<PollClient>();
}

}  // namespace pushbench::loadgen
