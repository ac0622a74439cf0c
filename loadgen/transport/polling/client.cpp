#include "loadgen/transport/polling/client.hpp"

#include "loadgen/transport/ask.hpp"
#include "loadgen/transport/http_refusal.hpp"
#include "loadgen/transport/limits.hpp"
#include "loadgen/transport/polling/body.hpp"
#include "loadgen/wire/http_response.hpp"

namespace pushbench::loadgen {
namespace {

constexpr std::string_view poll_answer =
    "; a polling server answers 200, or 204 or 304 where there is nothing new";

class PollClient final : public Protocol {
 public:
    explicit PollClient(const Speech& speech) : speech_{speech} {}

    void request(const Subscription& what, std::string& out) override {
        if (cursor_.empty()) cursor_ = what.cursor;
        Subscription from = what;
        from.cursor = cursor_;
        append_get(speech_, from, {}, out);
        response_ = HttpResponse{};
        asked_ = true;
    }

    Next received(std::string_view bytes, Receiver& to, std::string& /*out*/) override {
        // What nobody asked for is no answer, whatever it looks like (RFC 9112 §9.2).
        if (!asked_) return Next::close;
        Reading reading{*this, to};
        std::string_view rest;
        const auto state = response_.read(bytes, reading, rest);
        if (state == HttpResponse::State::broken && !reading.refused)
            reading.refuse(
                protocol_error(std::string{response_.why()} + "; expected a polling server", !ready_));
        reading.refusal.tell(to);
        if (reading.refused || state == HttpResponse::State::broken || !rest.empty()) return Next::close;
        if (state == HttpResponse::State::whole) {
            asked_ = false;
            if (close_) return Next::close;
        }
        return Next::go_on;
    }

    void ended(Receiver& to) override {
        Reading reading{*this, to};
        response_.closed(reading);
        reading.refusal.tell(to);
    }

    [[nodiscard]] std::string_view cursor() const override { return cursor_; }

 private:
    /// From the response to the messages in it, for the time of one call.
    struct Reading final : ResponseSink {
        Reading(PollClient& c, Receiver& r) : client{c}, to{r} {}

        void on_head(const ResponseHead& head) override {
            client.status_ = head.status;
            client.close_ = !head.keeps_alive();
            client.body_.clear();
            client.told_ = false;
            if (head.status != 200 && head.status != 204 && head.status != 304)
                return refuse(refusal_of(head, poll_answer));
            if (const auto encoding = unasked_encoding(head); !encoding.empty())
                return refuse(
                    refusal_of(head, " encoded as " + std::string{encoding} + ", which nobody asked for"));
            if (!take_cursor(client.speech_, head, client.cursor_))
                refuse(protocol_error(
                    "204 to the first poll and no Cursor header, so there is no place to go on from", true));
        }
        /// Usually the body comes in one piece and is read where it lies. One that is not whole yet tells
        /// nothing: it may never be.
        void on_body(std::string_view piece) override {
            if (refusal.refused()) return refusal.add_body(piece);
            if (refused || client.told_) return;
            if (client.body_.empty() && client.speech_.cut == Cut::answer &&
                client.response_.is_last_piece()) {
                const Body found = read(piece);
                client.told_ = found != Body::wrong;
                empty = found == Body::empty;
                if (client.told_) return;
            }
            if (client.body_.size() + piece.size() > longest_message_bytes)
                return refuse(
                    protocol_error("a body of over 16 MiB, which is more than is taken here", false));
            client.body_ += piece;
        }
        void on_end() override {
            if (refused) return;
            const bool nothing = client.speech_.cut != Cut::answer && client.body_.empty();
            empty = empty || client.status_ != 200 || nothing;
            if (!empty && !client.told_) {
                const Body found = read(client.body_);
                if (found == Body::wrong)
                    return refused
                               ? void()
                               : refuse(protocol_error(expected_body(client.speech_.cut), !client.ready_));
                empty = found == Body::empty;
            }
            if (refused) return;
            if (client.body_.capacity() > 4096)
                std::string{}.swap(client.body_);  // an idle client holds no memory for it
            else
                client.body_.clear();
            // Only our own cursors are sequences.
            if (!client.ready_)
                to.on_ready(client.speech_.cut == Cut::answer ? client.cursor_ : std::string_view{});
            client.ready_ = true;
            to.on_answer(empty);
        }
        Body read(std::string_view body) {
            return read_body(client.speech_, body, client.cursor_, to, refused);
        }
        void refuse(Refusal why) {
            refused = true;
            refusal.refuse(std::move(why));
        }

        PollClient& client;
        Receiver& to;
        HttpRefusal refusal;
        bool refused = false;  ///< by the answer, or by a message in it
        bool empty = false;    ///< whole, and nothing in it
    };

    const Speech& speech_;
    HttpResponse response_;
    std::string body_;  ///< pieces so far of a body that comes in several
    std::string cursor_;
    int status_ = 0;
    bool asked_ = false;  ///< a poll waits for its answer
    bool close_ = false;
    bool ready_ = false;
    bool told_ = false;  ///< the body has been read, in one piece
};

}  // namespace

std::unique_ptr<Protocol> make_poll_client(const Speech& speech) {
    return std::make_unique<PollClient>(speech);
}

}  // namespace pushbench::loadgen
