#include "loadgen/transport/polling/body.hpp"

#include "loadgen/dialects/cut.hpp"
#include "loadgen/transport/ask.hpp"
#include "loadgen/transport/judge.hpp"
#include "loadgen/transport/polling/answer.hpp"

namespace pushbench::loadgen {
namespace {

struct Messages final : CutSink, AnswerSink {
    Messages(const Speech& s, std::string& c, Receiver& r, bool& no)
        : speech{s}, cursor{c}, to{r}, refused{no} {}

    void on_piece(std::string_view message) override {
        if (refused) return;
        refused = refuses(judge(speech, message, to));
        take_keys(message);
    }
    void on_payload(std::string_view payload) override { on_piece(payload); }
    void on_cursor(std::string_view text) override { cursor = text; }
    void on_message(std::string_view json) override { to.on_message(json); }
    void on_gap() override { to.on_gap(); }

    void take_keys(std::string_view json) {
        const CursorPart* key = speech.cursor_key();
        if (key == nullptr) return;
        if (const auto value = value_of_key(json, key->from_name); !value.empty()) cursor = value;
    }

    const Speech& speech;
    std::string& cursor;
    Receiver& to;
    bool& refused;
};

}  // namespace

bool take_cursor(const Speech& speech, const ResponseHead& head, std::string& cursor) {
    if (speech.cut == Cut::answer) {
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

bool read_body(const Speech& speech, std::string_view body, std::string& cursor, Receiver& to,
               bool& refused) {
    Messages messages{speech, cursor, to, refused};
    if (speech.cut == Cut::answer) return parse_answer(body, messages);
    return Cutter{speech.cut}.feed(body, messages);
}

std::string expected_body(Cut cut) {
    return cut == Cut::answer ? "a body that is not {\"cursor\":…,\"notifications\":[…]}"
                              : "a body that is not a JSON array";
}

}  // namespace pushbench::loadgen
