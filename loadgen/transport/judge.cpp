#include "loadgen/transport/judge.hpp"

#include "loadgen/measure/format.hpp"
#include "loadgen/transport/http_refusal.hpp"

namespace pushbench::loadgen {
namespace {

std::string beginning(std::string_view message) {
    std::string text = printable(message.substr(0, 100));
    return message.size() > 100 ? text + "…" : text;
}

}  // namespace

const SpeechRule* judge(const Speech& speech, std::string_view message, Receiver& to) {
    const SpeechRule* rule = speech.rules.empty() ? nullptr : rule_for(speech.rules, message);
    const SpeechRule::Then rest = speech.counts_rest ? SpeechRule::Then::count : SpeechRule::Then::ignore;
    switch (rule == nullptr ? rest : rule->then) {
        case SpeechRule::Then::count:
            to.on_message(message);
            break;
        case SpeechRule::Then::ignore:
            to.on_other(message);
            break;
        case SpeechRule::Then::gap:
            to.on_gap();
            break;
        case SpeechRule::Then::refuse:
            to.on_refused(protocol_error(
                "the message '" + beginning(message) + "', by which such a server says no", true));
    }
    return rule;
}

}  // namespace pushbench::loadgen
