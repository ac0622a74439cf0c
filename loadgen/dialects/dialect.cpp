#include "loadgen/dialects/dialect.hpp"

namespace pushbench::loadgen {

bool SpeechRule::matches(std::string_view message) const {
    if (!equals.empty() && message != equals) return false;
    if (!message.starts_with(starts_with)) return false;
    return contains.empty() || message.find(contains) != std::string_view::npos;
}

const SpeechRule* rule_for(const std::vector<SpeechRule>& rules, std::string_view message) {
    for (const SpeechRule& rule : rules)
        if (rule.matches(message)) return &rule;
    return nullptr;
}

const CursorPart* Speech::cursor_key() const {
    for (const CursorPart& part : cursor)
        if (part.from == CursorPart::From::key) return &part;
    return nullptr;
}

bool Speech::goes_on_by_sequence() const {
    return !cursor.empty() && cursor.front().from == CursorPart::From::ledger;
}

const Speech* Dialect::speech(std::string_view transport) const {
    const auto row = [](const std::optional<Speech>& speech) { return speech ? &*speech : nullptr; };
    if (transport == "websocket") return row(websocket);
    if (transport == "sse") return row(sse);
    if (transport == "short-poll") return row(short_poll);
    if (transport == "long-poll") return row(long_poll);
    return nullptr;
}

std::string Dialect::transports() const {
    std::string names;
    for (const char* name : {"websocket", "sse", "short-poll", "long-poll"}) {
        if (speech(name) == nullptr) continue;
        if (!names.empty()) names += ", ";
        names += name;
    }
    return names;
}

}  // namespace pushbench::loadgen
