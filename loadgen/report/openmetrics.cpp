#include "loadgen/report/openmetrics.hpp"

#include <array>
#include <boost/json.hpp>
#include <cstdio>
#include <set>
#include <vector>

#include "loadgen/report/figures.hpp"
#include "loadgen/report/units.hpp"

namespace pushbench::loadgen {
namespace {

namespace json = boost::json;
using Labels = std::vector<std::pair<std::string, std::string>>;

/// The unit that OpenMetrics wants in its place, and how many of it one of ours is.
struct Base {
    std::string name;
    double factor = 1;
};

Base base_unit(std::string_view unit) {
    if (const auto seconds = unit_factor(unit, "s")) return {"seconds", *seconds};
    if (unit == "bytes") return {"bytes", 1};
    if (unit == "ratio") return {"ratio", 1};
    return {};
}

/// Label values and help texts escape alike, but for quotes, which may be escaped in both.
std::string label_escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\\' || c == '"') out += '\\';
        if (c == '\n')
            out += "\\n";
        else
            out += c;
    }
    return out;
}

/// "server.cpu_us_per_delivery" → "pushbench_server_cpu_per_delivery_seconds": a unit is the end of a name.
std::string metric_name(std::string_view path, std::string_view unit) {
    std::string name = "pushbench";
    const std::string base = base_unit(unit).name;
    bool left_out = false;
    std::string last;
    for (std::size_t at = 0; at <= path.size();) {
        const std::size_t end = std::min(path.find_first_of("._", at), path.size());
        last = path.substr(at, end - at);
        at = end + 1;
        if (!base.empty() && !left_out && last == unit)
            left_out = true;
        else
            name += "_" + last;
    }
    return base.empty() || name.ends_with("_" + base) ? name : name + "_" + base;
}

class Page {
 public:
    explicit Page(Labels common) : common_{std::move(common)} {}

    /// False if there is one of that name already: a family must stand in one piece.
    bool family(const std::string& name, const char* type, const std::string& unit, const std::string& help) {
        if (!families_.insert(name).second) return false;
        out_ += "# TYPE " + name + " " + type + "\n";
        if (!unit.empty()) out_ += "# UNIT " + name + " " + unit + "\n";
        out_ += "# HELP " + name + " " + label_escaped(help) + "\n";
        return true;
    }

    void sample(const std::string& name, const Labels& more, double value) {
        out_ += name + "{";
        const char* comma = "";
        for (const Labels* labels : std::array<const Labels*, 2>{&common_, &more})
            for (const auto& [key, text] : *labels) {
                out_ += comma + key + "=\"" + label_escaped(text) + "\"";
                comma = ",";
            }
        char number[64];
        std::snprintf(number, sizeof number, "} %.12g\n",
                      value);  // so that 50 us is 5e-05 and not 4.9999…e-05
        out_ += number;
    }

    std::string take() { return out_ + "# EOF\n"; }

 private:
    Labels common_;
    std::set<std::string> families_;
    std::string out_;
};

constexpr std::array<std::pair<const char*, const char*>, 4> quantiles = {
    {{"p50", "0.5"}, {"p90", "0.9"}, {"p99", "0.99"}, {"p999", "0.999"}}};

std::string parent_of(const std::string& path) {
    const std::size_t dot = path.rfind('.');
    return dot == std::string::npos ? std::string{} : path.substr(0, dot);
}

const Figure* figure_at(const std::string& path) {
    const Figure* figure = find_figure(path);
    return figure != nullptr && figure->path == path ? figure : nullptr;
}

bool is_summary(const std::string& parent) {
    return figure_at(parent + ".p50") != nullptr && figure_at(parent + ".count") != nullptr &&
           figure_at(parent + ".mean") != nullptr;
}

/// Percentiles, their count and their sum are one family.
void add_summary(Page& page, const std::string& parent, const json::value& result) {
    const Figure& mean = *figure_at(parent + ".mean");
    const auto count = value_of(*figure_at(parent + ".count"), result);
    if (!count) return;
    const double factor = base_unit(mean.unit).factor;
    const std::string name = metric_name(parent, mean.unit);
    const std::string help = mean.description.substr(0, mean.description.rfind(": "));
    if (!page.family(name, "summary", base_unit(mean.unit).name, help)) return;
    for (const auto& [key, quantile] : quantiles)
        if (const Figure* figure = figure_at(parent + "." + key))
            if (const auto value = value_of(*figure, result))
                page.sample(name, {{"quantile", quantile}}, *value * factor);
    page.sample(name + "_count", {}, *count);
    page.sample(name + "_sum", {}, value_of(mean, result).value_or(0) * *count * factor);
}

bool is_in_summary(const std::string& path) {
    const std::string last = path.substr(path.rfind('.') + 1);
    if (last == "count" || last == "mean") return true;
    for (const auto& quantile : quantiles)
        if (last == quantile.first) return true;
    return false;
}

void add_figures(Page& page, const json::value& result) {
    for (const Figure& figure : figures()) {
        const std::string parent = parent_of(figure.path);
        if (is_summary(parent) && is_in_summary(figure.path)) {
            add_summary(page, parent, result);
            continue;
        }
        const auto value = value_of(figure, result);
        const Base base = base_unit(figure.unit);
        const std::string name = metric_name(figure.short_name, figure.unit);
        if (value && page.family(name, "gauge", base.name, figure.description))
            page.sample(name, {}, *value * base.factor);
    }
}

std::string text_at(const json::object& row, const char* key) {
    const auto* text = row.if_contains(key);
    return text != nullptr && text->is_string() ? std::string{text->get_string()} : std::string{};
}

bool is_true(const json::object& row, const char* key) {
    const auto* flag = row.if_contains(key);
    return flag != nullptr && flag->is_bool() && flag->get_bool();
}

void add_verdicts(Page& page, const json::object& result) {
    page.family("pushbench_valid", "gauge", "", "1 where no rule was broken that makes a trial wrong");
    page.sample("pushbench_valid", {}, is_true(result, "valid") ? 1 : 0);
    page.family("pushbench_rule_broken", "gauge", "",
                "1 where a rule of measuring is broken; those that were judged");
    if (const auto* rules = result.if_contains("rules"))
        for (const json::value& each : rules->as_array())
            if (const json::object& row = each.as_object(); is_true(row, "judged"))
                page.sample("pushbench_rule_broken",
                            {{"rule", text_at(row, "rule")}, {"of", text_at(row, "of")}},
                            is_true(row, "broken") ? 1 : 0);
    const auto* thresholds = result.if_contains("thresholds");
    if (thresholds == nullptr || thresholds->as_array().empty()) return;
    page.family("pushbench_threshold_held", "gauge", "", "1 where a threshold of --fail-if held");
    std::set<std::string> told;  // the same threshold twice would be the same sample twice
    for (const json::value& each : thresholds->as_array())
        if (const std::string text = text_at(each.as_object(), "fail_if"); told.insert(text).second)
            page.sample("pushbench_threshold_held", {{"fail_if", text}},
                        text_at(each.as_object(), "verdict") == "held" ? 1 : 0);
}

}  // namespace

std::string to_openmetrics(const json::object& result) {
    Page page{{{"transport", text_at(result, "transport")}}};
    add_verdicts(page, result);
    add_figures(page, result);
    return page.take();
}

}  // namespace pushbench::loadgen
