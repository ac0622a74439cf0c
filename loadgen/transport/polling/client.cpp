#include "loadgen/transport/polling/client.hpp"

#include <charconv>

#include "loadgen/transport/polling/answer.hpp"
#include "loadgen/wire/http_response.hpp"

namespace pushbench::loadgen {
namespace {

class PollClient final : public Protocol {
 public:
    void request(const Subscription& what, std::string& out) override {
        if (!cursor_) cursor_ = what.after;
        out += "GET /poll?topic=";
        out += what.topic;
        if (cursor_) {
            out += "&after=";
            append(*cursor_, out);
            // The first request learns the cursor and must not park: only with a cursor can nothing be
            // missed.
            if (what.wait.count() > 0) {
                out += "&wait=";
                const auto wait_ms = static_cast<std::uint64_t>(what.wait.count());
                const bool whole_s = wait_ms % 1000 == 0;
                append(whole_s ? wait_ms / 1000 : wait_ms, out);
                out += whole_s ? "s" : "ms";
            }
        }
        out += " HTTP/1.1\r\nHost: ";
        out += what.host;
        out += "\r\n\r\n";
        response_ = HttpResponse{};
    }

    Next received(std::string_view bytes, Receiver& to, std::string& /*out*/) override {
        Reading reading{*this, to};
        std::string_view rest;
        const auto state = response_.read(bytes, reading, rest);
        if (state == HttpResponse::State::broken && !reading.refused)
            to.on_refused("answered GET /poll with something that is not HTTP; expected a polling server");
        if (reading.refused || state == HttpResponse::State::broken || !rest.empty()) return Next::close;
        if (state == HttpResponse::State::whole && close_) return Next::close;
        return Next::go_on;
    }

    void ended(Receiver& to) override {
        Reading reading{*this, to};
        response_.closed(reading);
    }

 private:
    static void append(std::uint64_t number, std::string& out) {
        char digits[24];
        out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
    }

    /// From the response to the notifications in it, for the time of one call.
    struct Reading final : ResponseSink, AnswerSink {
        Reading(PollClient& c, Receiver& r) : client{c}, to{r} {}

        void on_head(const ResponseHead& head) override {
            client.status_ = head.status;
            client.close_ = equals_ignoring_case(head.field("Connection").value_or(""), "close");
            client.body_.clear();
            client.told_ = false;
            if (head.status == 204) return take_cursor(head);
            if (head.status != 200)
                refuse("answered GET /poll with " + describe(head) + "; a polling server answers 200 or 204");
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
                return refuse(
                    "answered GET /poll with a body that is not {\"cursor\":…,\"notifications\":[…]}");
            if (client.body_.capacity() > 4096)
                std::string{}.swap(client.body_);  // an idle client holds no memory for it
            else
                client.body_.clear();
            if (!client.ready_) to.on_ready(client.cursor_);
            client.ready_ = true;
            to.on_answer(client.status_ == 204);
        }
        void on_notification(std::string_view json) override { to.on_notification(json); }
        void on_gap() override { to.on_gap(); }

        bool parse_whole(std::string_view body) {
            // A piece that ends in the middle fails here at no great cost and tells nothing.
            if (!body.ends_with('}')) return false;
            const auto cursor = parse_answer(body, *this);
            if (cursor) client.cursor_ = *cursor;
            return cursor.has_value();
        }
        void take_cursor(const ResponseHead& head) {
            const auto text = head.field("Cursor").value_or("");
            std::uint64_t cursor = 0;
            const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), cursor);
            if (error == std::errc{} && end == text.data() + text.size())
                client.cursor_ = cursor;
            else if (!client.cursor_)
                refuse(
                    "answered the first GET /poll with 204 and no Cursor header, so there is no place to go "
                    "on from");
        }
        void refuse(std::string reason) {
            refused = true;
            to.on_refused(std::move(reason));
        }

        PollClient& client;
        Receiver& to;
        bool refused = false;
    };

    HttpResponse response_;
    std::string body_;  ///< pieces so far of a body that comes in several
    std::optional<std::uint64_t> cursor_;
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
