// A dialect is refused with one line, or can be spoken: its templates give text, no value adds a line to a
// request, and what a filter has made can be read back.
#include "loadgen/dialects/dialect.hpp"

#include <algorithm>

#include "loadgen/dialects/load.hpp"
#include "loadgen/wire/failure.hpp"
#include "pieces.hpp"

namespace pushbench::fuzz {
namespace {

constexpr std::string_view hostile = "a b\r\nc\"{topic}\\\x01\xFF";

loadgen::TemplateValues values_of(std::string_view topic) {
    loadgen::TemplateValues values;
    values.i = "7";
    values.topic = values.token = values.cursor = topic;
    values.payload = values.marker = values.seq = values.due_ns = values.sent_ns = topic;
    return values;
}

std::ptrdiff_t controls(std::string_view text) {
    return std::count_if(text.begin(), text.end(), [](char c) { return c >= 0 && c < ' '; });
}

/// Of a place that is part of a request's head: controls are those of the template's own text.
void adds_no_line(const loadgen::Template& text) {
    must_hold(controls(text.with(values_of(hostile))) <= controls(text.text()),
              "a value adds no control character to a head");
}

void speak(const loadgen::Speech& speech) {
    adds_no_line(speech.path);
    adds_no_line(speech.subprotocol);
    for (const auto& field : speech.headers) adds_no_line(field.value);
    std::string out;
    for (const auto& one : speech.open) one.append(values_of(hostile), out);
    for (const auto& one : speech.heartbeat) one.append(values_of(hostile), out);
    for (const auto& rule : speech.rules) {
        for (const auto& one : rule.answers) one.append(values_of(hostile), out);
        (void)rule.matches(out);
    }
}

void publish(const loadgen::PublishSpeech& speech) {
    adds_no_line(speech.url);
    for (const auto& field : speech.headers) adds_no_line(field.value);
    std::string out;
    speech.body.append(values_of(hostile), out);
    speech.message.append(values_of(hostile), out);
}

/// Whatever stands in a template, its own text comes back, and values go through its filters only.
void fill(std::string_view text) {
    using loadgen::Template;
    for (const auto place : {Template::Place::text, Template::Place::url, Template::Place::header}) {
        try {
            const Template made{text, place, Template::of_publisher};
            must_hold(made.text() == text, "a template keeps its text");
            if (place != Template::Place::text) adds_no_line(made);
            const std::string once = made.with(values_of(hostile));
            must_hold(made.with(values_of(hostile)) == once, "a template says the same each time");
        } catch (const loadgen::Failure& failure) {
            (void)failure;
        }
    }
}

/// A value that came through `filters` has none of what the last of them takes out.
void filter(std::string_view value) {
    using loadgen::Template;
    const auto through = [&](std::string_view text) {
        return Template{text, Template::Place::text, Template::of_publisher}.with(values_of(value));
    };
    must_hold(controls(through("{payload|json}")) == 0, "JSON has no raw control character");
    const std::string twice = through("{payload|json|json}");
    must_hold(controls(twice) == 0, "nor has JSON in JSON");
    for (const char c : through("{payload|url}"))
        must_hold(c > ' ' && c < 0x7F && c != '"' && c != '&' && c != '#', "a URL's part is unreserved");
    const std::string base64 = through("{payload|base64}");
    must_hold(base64.size() == (value.size() + 2) / 3 * 4, "base64 is four characters for three bytes");
    must_hold(through("{payload|raw}") == value && through("{payload}") == value, "raw is as it was");
}

}  // namespace
}  // namespace pushbench::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace pushbench;
    const std::string_view input{reinterpret_cast<const char*>(data), size};
    fuzz::fill(input);
    fuzz::filter(input);
    try {
        const auto dialect = loadgen::read_dialect(input, "x.toml");
        for (const char* transport : {"websocket", "sse", "short-poll", "long-poll"})
            if (const loadgen::Speech* speech = dialect.speech(transport)) fuzz::speak(*speech);
        if (dialect.publish) fuzz::publish(*dialect.publish);
    } catch (const loadgen::Failure& failure) {
        fuzz::must_hold(std::string_view{failure.what()}.find('\n') == std::string_view::npos,
                        "a failure is one line");
    }
    return 0;
}
