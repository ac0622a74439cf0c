// What came of what should have come, as JSON.
#include "loadgen/report/json_parts.hpp"

namespace pushbench::loadgen {
namespace {

/// What cannot be known is not 0.
template <class Number>
json::value if_sequences(const Result& r, Number number) {
    return has_sequences(r.settings) ? json::value(number) : json::value{};
}

json::value text_or_null(const std::string& text) {
    return text.empty() ? json::value{} : json::value(text);
}

json::object heard(const Result& r) {
    return {{"understood", r.heard.understood},
            {"not_understood", r.heard.not_understood},
            {"first_not_understood", text_or_null(r.heard.first_not_understood)},
            {"other_messages", r.heard.other},
            {"first_other", text_or_null(r.heard.first_other)}};
}

}  // namespace

void add_deliveries(json::object& o, const Result& r) {
    const bool published_known = has_sequences(r.settings) || !r.settings.no_publish;
    o["published"] = published_known ? json::value(r.published) : json::value{};
    o["expected"] = if_sequences(r, r.expected);
    o["delivered"] = r.delivered;
    o["lost"] = if_sequences(r, r.lost);
    o["duplicated"] = if_sequences(r, r.totals.duplicated);
    o["reordered"] = if_sequences(r, r.totals.reordered);
    o["restarts"] = if_sequences(r, r.totals.restarts);
    o["gaps"] = r.totals.gaps;
    o["malformed"] = r.totals.malformed;
    o["unmarked"] =
        r.settings.message == MessageKind::marker ? json::value(r.totals.unmarked) : json::value{};
    o["early_ledger_ends"] = if_sequences(r, r.early_ledger_ends);
    o["notifications"] = if_sequences(r, r.recorded.notifications());
    o["heard"] = heard(r);
}

}  // namespace pushbench::loadgen
