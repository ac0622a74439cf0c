#include "loadgen/report/threshold.hpp"

#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "loadgen/report/units.hpp"

namespace pushbench::loadgen {
namespace {

namespace json = boost::json;
using Is = Threshold::Is;

struct Operator {
    std::string_view text;
    Is is;
};
/// Longer ones first, so that ">=" is not read as ">".
constexpr std::array operators = {Operator{">=", Is::at_least}, Operator{"<=", Is::at_most},
                                  Operator{"==", Is::equal},    Operator{"!=", Is::unequal},
                                  Operator{">", Is::above},     Operator{"<", Is::below}};

[[noreturn]] void not_a_threshold(std::string_view text, const std::string& why) {
    throw std::invalid_argument{"'" + std::string{text} + "' " + why};
}

std::string_view without_spaces(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
}

std::string listed(const std::vector<std::string>& names) {
    std::string all;
    for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
    return all;
}

/// "50ms" of a figure in us → 50'000.
double read_limit(std::string_view text, std::string_view written, const Figure& figure, bool names_unit) {
    double number = 0;
    const auto [end, error] = std::from_chars(written.data(), written.data() + written.size(), number);
    if (error != std::errc{} || !std::isfinite(number))
        not_a_threshold(
            text, "compares with '" + std::string{written} + "', which is no number such as 50ms or 0.5");
    const std::string_view unit =
        without_spaces(written.substr(static_cast<std::size_t>(end - written.data())));
    if (unit.empty() && number != 0 && needs_unit(figure.unit) && !names_unit)
        not_a_threshold(text,
                        "does not say " + std::string{written} + " of what: add " + units_for(figure.unit));
    const auto factor = unit_factor(unit, figure.unit);
    if (!factor)
        not_a_threshold(text, "gives " + figure.short_name + " in '" + std::string{unit} + "'; it takes " +
                                  units_for(figure.unit));
    return number * *factor;
}

bool is_so(Is is, double value, double limit) {
    switch (is) {
        case Is::above:
            return value > limit;
        case Is::at_least:
            return value >= limit;
        case Is::below:
            return value < limit;
        case Is::at_most:
            return value <= limit;
        case Is::equal:
            return value == limit;
        case Is::unequal:
            return value != limit;
    }
    return false;
}

/// "63.2 ms, 13.2 ms over"
std::string by_how_much(const Threshold& threshold, double value) {
    std::string seen = format_value(value, threshold.figure->unit);
    const double beyond = value - threshold.limit;
    if (beyond == 0) return seen;
    return seen + ", " + format_value(std::fabs(beyond), threshold.figure->unit) +
           (beyond > 0 ? " over" : " under");
}

std::string first_reason(const json::value& result) {
    const auto* reasons = result.as_object().if_contains("invalid_because");
    if (reasons == nullptr || !reasons->is_array() || reasons->get_array().empty()) return "no reason given";
    return std::string{reasons->get_array()[0].as_string()};
}

/// Of a percentile for which there is something, but too little: how much it takes.
std::string what_it_takes(const Figure& figure, const json::value& result) {
    constexpr std::pair<std::string_view, std::string_view> percentiles[] = {
        {"p50", "20"}, {"p90", "100"}, {"p99", "1,000"}, {"p999", "10,000"}};
    const auto dot = figure.path.rfind('.');
    if (dot == std::string::npos) return {};
    const Figure* count = find_figure(figure.path.substr(0, dot) + ".count");
    if (count == nullptr || value_of(*count, result).value_or(0) == 0) return {};
    const bool connects = figure.path.starts_with("connect") || figure.path.starts_with("tls");
    const std::string of =
        connects ? " connections; raise --connections" : " notifications; raise --rate or --duration";
    for (const auto& [name, number] : percentiles)
        if (figure.path.substr(dot + 1) == name) return ", which takes " + std::string{number} + of;
    return {};
}

Judged judge_one(const Threshold& threshold, const json::value& result) {
    Judged judged{threshold, value_of(*threshold.figure, result), Verdict::not_judged, {}};
    const auto* valid = result.as_object().if_contains("valid");
    const std::string begin = threshold.text + ": ";
    if (!judged.value) {
        judged.text = begin + "cannot be judged, since the result has no " + threshold.figure->path +
                      what_it_takes(*threshold.figure, result);
    } else if (is_so(threshold.is, *judged.value, threshold.limit)) {
        judged.verdict = Verdict::failed;
        judged.text = begin + by_how_much(threshold, *judged.value);
    } else if (valid == nullptr || *valid != true) {
        judged.text = begin + "not judged at " + format_value(*judged.value, threshold.figure->unit) +
                      ", since the trial is not valid: " + first_reason(result);
    } else {
        judged.verdict = Verdict::held;
        judged.text = begin + by_how_much(threshold, *judged.value);
    }
    return judged;
}

const char* verdict_name(Verdict verdict) {
    return verdict == Verdict::held ? "held" : verdict == Verdict::failed ? "failed" : "not judged";
}

}  // namespace

Threshold parse_threshold(std::string_view text) {
    const std::size_t at = text.find_first_of("<>=!");
    const Operator* found = nullptr;
    for (const Operator& op : operators)
        if (found == nullptr && at != std::string_view::npos && text.substr(at).starts_with(op.text))
            found = &op;
    if (found == nullptr)
        not_a_threshold(text,
                        "is not a figure, one of > >= < <= == !=, and a value, such as latency.p99>50ms");
    const std::string_view name = without_spaces(text.substr(0, at));
    const Figure* figure = find_figure(name);
    if (figure == nullptr)
        not_a_threshold(text, "names no figure of the result; near are " + listed(near_figures(name)) +
                                  "; all: --list-figures");
    const bool names_unit = name == figure->path && figure->path != figure->short_name;
    return {std::string{without_spaces(text)}, figure, found->is,
            read_limit(text, without_spaces(text.substr(at + found->text.size())), *figure, names_unit)};
}

std::vector<Judged> judge_thresholds(std::span<const Threshold> thresholds, const json::value& result) {
    std::vector<Judged> judged;
    for (const Threshold& threshold : thresholds) judged.push_back(judge_one(threshold, result));
    return judged;
}

bool all_held(std::span<const Judged> judged) {
    for (const Judged& one : judged)
        if (one.verdict != Verdict::held) return false;
    return true;
}

json::array thresholds_json(std::span<const Judged> judged) {
    json::array rows;
    for (const Judged& one : judged)
        rows.push_back(json::object{{"fail_if", one.threshold.text},
                                    {"figure", one.threshold.figure->path},
                                    {"value", one.value ? json::value(*one.value) : json::value{}},
                                    {"limit", one.threshold.limit},
                                    {"unit", one.threshold.figure->unit},
                                    {"verdict", verdict_name(one.verdict)},
                                    {"text", one.text}});
    return rows;
}

}  // namespace pushbench::loadgen
