// From the tables of a dialect's file to what is said by them.
#include "loadgen/dialects/speech.hpp"

#include <algorithm>

#include "loadgen/dialects/header.hpp"
#include "loadgen/wire/failure.hpp"
#include "notify/duration.hpp"

namespace pushbench::loadgen {
namespace {

using Place = Template::Place;

/// Makes something of the key's text; what is wrong with it is said with its line.
template <class Make>
auto made(const Section& section, std::string_view key, Make make) {
    try {
        return make();
    } catch (const Failure& failure) {
        section.wrong(key, failure.what());
    }
}

Template read_template(Section& section, std::string_view key, Place place, Template::Names names) {
    const std::string text = section.text(key);
    return made(section, key, [&] { return Template{text, place, names}; });
}

std::vector<Template> read_templates(Section& section, std::string_view key, Template::Names names) {
    std::vector<Template> all;
    for (const std::string& text : section.texts(key))
        all.push_back(made(section, key, [&] { return Template{text, Place::text, names}; }));
    return all;
}

std::vector<HeaderTemplate> read_headers(Section& section, Template::Names names) {
    std::vector<HeaderTemplate> all;
    for (const auto& field : section.pairs("headers"))
        all.push_back(
            made(section, "headers", [&] { return header_template(field.first, field.second, names); }));
    return all;
}

Template read_path(Section& section) {
    Template path = read_template(section, "path", Place::url, Template::of_subscriber);
    if (!path.empty() && !path.text().starts_with('/')) section.wrong("path", "does not begin with '/'");
    return path;
}

SpeechRule read_rule(Section section, bool answers) {
    SpeechRule rule;
    for (const auto& [key, text] :
         {std::pair{"equals", &rule.equals}, std::pair{"starts_with", &rule.starts_with},
          std::pair{"contains", &rule.contains}})
        if (section.has(key)) *text = section.needed_text(key);
    if (rule.equals.empty() && rule.starts_with.empty() && rule.contains.empty())
        section.wrong("needs one of equals, starts_with and contains, or several: all must hold");
    const std::vector<std::string_view> words = {"count", "ignore", "gap", "refuse"};
    rule.then = static_cast<SpeechRule::Then>(
        section.word("then", words, static_cast<std::size_t>(SpeechRule::Then::ignore)));
    if (answers) {
        rule.subscribed = section.flag("subscribed", false);
        rule.answers = read_templates(section, "send", Template::of_subscriber);
    }
    section.done();
    return rule;
}

std::vector<SpeechRule> read_rules(Section& section, bool answers) {
    std::vector<SpeechRule> rules;
    for (Section& each : section.sections("on")) rules.push_back(read_rule(each, answers));
    return rules;
}

CursorPart read_cursor_part(Section section, SpeechKind kind) {
    CursorPart part;
    const std::string from = section.needed_text("from");
    const auto is = [&](std::string_view prefix) { return std::string_view{from}.starts_with(prefix); };
    if (from == "ledger") {
        part.from = CursorPart::From::ledger;
    } else if (from == "answer" && kind >= SpeechKind::short_poll) {
        part.from = CursorPart::From::answer;
    } else if (from == "event-id" && kind == SpeechKind::sse) {
        part.from = CursorPart::From::event_id;
    } else if (is("header ") && kind >= SpeechKind::short_poll) {
        part.from = CursorPart::From::header;
        part.from_name = from.substr(7);
    } else if (is("key ") && kind != SpeechKind::sse) {
        part.from = CursorPart::From::key;
        part.from_name = from.substr(4);
    } else {
        section.wrong("from",
                      "is '" + from + "', not ledger" +
                          (kind == SpeechKind::sse         ? " or event-id"
                           : kind == SpeechKind::websocket ? " or 'key NAME'"
                                                           : ", answer, 'header NAME' or 'key NAME'"));
    }
    if (section.has("header") == section.has("query"))
        section.wrong("needs header or query, and only one of them");
    part.to = section.has("header") ? CursorPart::To::header : CursorPart::To::query;
    part.to_name = section.needed_text(part.to == CursorPart::To::header ? "header" : "query");
    section.done();
    return part;
}

void read_cursor(Section& section, SpeechKind kind, Speech& speech) {
    for (Section& each : section.sections("cursor")) speech.cursor.push_back(read_cursor_part(each, kind));
    if (speech.cursor.size() > 1 &&
        !std::all_of(speech.cursor.begin(), speech.cursor.end(),
                     [](const CursorPart& part) { return part.from == CursorPart::From::header; }))
        section.wrong("cursor", "has several parts, which only headers of an answer can be");
    // Every browser sends it so (WHATWG HTML §9.2.3).
    if (kind == SpeechKind::sse && !section.has("cursor"))
        speech.cursor.push_back({CursorPart::From::event_id, "", CursorPart::To::header, "Last-Event-ID"});
}

void read_cut(Section& section, SpeechKind kind, Speech& speech) {
    if (kind == SpeechKind::sse) return;  // an event is a message
    std::vector<std::string_view> words = {"whole", "lines"};
    std::vector<Cut> cuts = {Cut::whole, Cut::lines};
    if (kind == SpeechKind::websocket) {
        words.insert(words.end(), {"record-separator", "nats"});
        cuts.insert(cuts.end(), {Cut::record_separator, Cut::nats});
    } else {
        words.insert(words.end(), {"json-array", "answer"});
        cuts.insert(cuts.end(), {Cut::json_array, Cut::answer});
    }
    speech.cut = cuts[section.word("cut", words, 0)];
    const bool from_answer =
        std::any_of(speech.cursor.begin(), speech.cursor.end(),
                    [](const CursorPart& part) { return part.from == CursorPart::From::answer; });
    if (from_answer && speech.cut != Cut::answer)
        section.wrong("cursor", "comes from 'answer', which needs cut = \"answer\"");
}

void read_poll(Section& section, SpeechKind kind, Speech& speech) {
    if (kind != SpeechKind::long_poll) return;
    speech.parks_first = section.flag("parks_first", false);
    if (auto wait = section.section("wait")) {
        speech.wait_name = wait->needed_text("query");
        const std::vector<std::string_view> words = {"none", "duration", "seconds", "milliseconds"};
        const auto seconds = static_cast<std::size_t>(Speech::Wait::seconds);
        speech.wait = static_cast<Speech::Wait>(wait->word("as", words, seconds));
        wait->done();
    }
}

void read_heartbeat(Section& section, Speech& speech) {
    auto heartbeat = section.section("heartbeat");
    if (!heartbeat) return;
    const std::string every = heartbeat->needed_text("every");
    const auto ns = parse_duration_ns(every);
    if (!ns || *ns < 1'000'000'000)
        heartbeat->wrong("every", "is '" + every + "', not a duration from 1s on such as 30s");
    speech.heartbeat_every = std::chrono::nanoseconds{*ns};
    speech.heartbeat = read_templates(*heartbeat, "send", Template::of_subscriber);
    if (speech.heartbeat.empty()) heartbeat->wrong("needs send, what is to be said");
    heartbeat->done();
}

}  // namespace

Speech read_speech(Section section, SpeechKind kind) {
    Speech speech;
    const bool websocket = kind == SpeechKind::websocket;
    speech.path = read_path(section);
    speech.headers = read_headers(section, Template::of_subscriber);
    speech.rules = read_rules(section, websocket);
    speech.counts_rest = section.word("rest", {"count", "ignore"}, 0) == 0;
    read_cursor(section, kind, speech);
    read_cut(section, kind, speech);
    read_poll(section, kind, speech);
    if (websocket) {
        speech.subprotocol = read_template(section, "subprotocol", Place::header, Template::of_subscriber);
        speech.open = read_templates(section, "open", Template::of_subscriber);
        read_heartbeat(section, speech);
        speech.binary = section.word("frames", {"text", "binary"}, 0) == 1;
        speech.confirms = std::any_of(speech.rules.begin(), speech.rules.end(),
                                      [](const SpeechRule& rule) { return rule.subscribed; });
    }
    if (kind == SpeechKind::sse) {
        speech.events = section.texts("events");
        speech.gap_events = section.texts("gap_events");
    }
    section.done();
    return speech;
}

PublishSpeech read_publish(Section section) {
    PublishSpeech publish;
    publish.url = read_template(section, "url", Place::url, Template::of_publisher);
    publish.message = read_template(section, "message", Place::text, Template::of_publisher);
    if (publish.url.empty() == publish.message.empty())
        section.wrong("needs url or message, and only one of them: a request or a WebSocket message");
    if (!publish.url.empty()) {
        publish.method = section.text("method", publish.method);
        publish.headers = read_headers(section, Template::of_publisher);
        publish.body = read_template(section, "body", Place::text, Template::of_publisher);
    }
    const auto carries = [&](const Template& text) { return text.names("marker"); };
    if (!carries(publish.url) && !carries(publish.body) && !carries(publish.message))
        section.wrong("carries no {marker}, so no notification could be found again");
    section.done();
    return publish;
}

}  // namespace pushbench::loadgen
