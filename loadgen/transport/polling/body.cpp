#include "loadgen/transport/polling/body.hpp"

#include "loadgen/dialects/cut.hpp"
#include "loadgen/transport/ask.hpp"
#include "loadgen/transport/judge.hpp"
#include "loadgen/transport/polling/answer.hpp"

namespace pushbench::loadgen {
namespace {

/// Whether the next poll goes on from the cursor that an answer of ours holds.
bool goes_on_by_answer(const Speech& speech) {
    return speech.cut == Cut::answer && !speech.cursor.empty() &&
           speech.cursor.front().from == CursorPart::From::answer;
}

struct Messages final : CutSink, AnswerSink {
    Messages(const Speech& s, std::string& c, Receiver& r, bool& no)
        : speech{s}, cursor{c}, to{r}, refused{no} {}

    void on_piece(std::string_view message) override {
        if (refused) return;
        refused = refuses(judge(speech, message, to));
        take_keys(message);
    }
    void on_payload(std::string_view payload) override { on_piece(payload); }
    void on_cursor(std::string_view text) override {
        if (goes_on_by_answer(speech)) cursor = text;
    }
    void on_message(std::string_view json) override {
        any = true;
        to.on_message(json);
    }
    void on_gap() override {
        any = true;
        to.on_gap();
    }

    void take_keys(std::string_view json) {
        const CursorPart* key = speech.cursor_key();
        if (key == nullptr) return;
        if (const auto value = value_of_key(json, key->from_name); !value.empty()) cursor = value;
    }

    const Speech& speech;
    std::string& cursor;
    Receiver& to;
    bool& refused;
    bool any = false;  ///< a message or a gap, of an answer of ours
};

}  // namespace

bool take_cursor(const Speech& speech, const ResponseHead& head, std::string& cursor) {
    if (goes_on_by_answer(speech)) {
        if (head.status != 204) return true;
        const auto text = head.field("Cursor").value_or("");
        if (!text.empty()) cursor = text;
        return !cursor.empty();
    }
    std::string parts;
    bool any = false;
    for (std::size_t k = 0; k != speech.cursor.size(); ++k) {
        const CursorPart& part = speech.cursor[k];
        const auto seen = part.from == CursorPart::From::header ? head.field(part.from_name) : std::nullopt;
        any = any || seen.has_value();
        if (k != 0) parts += '\n';
        parts += seen.value_or(cursor_part(cursor, k));
    }
    if (any) cursor.swap(parts);
    return true;
}

Body read_body(const Speech& speech, std::string_view body, std::string& cursor, Receiver& to,
               bool& refused) {
    Messages messages{speech, cursor, to, refused};
    if (speech.cut != Cut::answer) return Cutter{speech.cut}.feed(body, messages) ? Body::told : Body::wrong;
    if (!parse_answer(body, messages)) return Body::wrong;
    return messages.any ? Body::told : Body::empty;
}

std::string expected_body(Cut cut) {
    return cut == Cut::answer ? "a body that is not {\"cursor\":…,\"notifications\":[…]}"
                              : "a body that is not a JSON array";
}

}  // namespace pushbench::loadgen
