#include "loadgen/report/figures.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <numeric>
#include <utility>

#include "loadgen/report/schema.hpp"

namespace pushbench::loadgen {
namespace {

namespace json = boost::json;

constexpr std::size_t most_near_names = 5;

/// "cpu_us_per_delivery" → "cpu_per_delivery". What is counted per second keeps its second: it is what it
/// says.
std::string without_units(std::string name) {
    constexpr std::array<std::string_view, 5> units = {"_us", "_ms", "_ns", "_s", "_bytes"};
    for (const std::string_view unit : units)
        for (std::size_t at = 0; (at = name.find(unit, at)) != std::string::npos;) {
            const std::size_t end = at + unit.size();
            const bool whole = end == name.size() || name[end] == '_' || name[end] == '.';
            const bool per = at >= 4 && name.compare(at - 4, 4, "_per") == 0;
            if (whole && !per && !(at == 3 && name.starts_with("per")))
                name.erase(at, unit.size());
            else
                at = end;
        }
    return name;
}

/// Walks the schema of a result and takes down each number with its path.
class SchemaReader {
 public:
    explicit SchemaReader(const json::value& schema) : root_{schema} {}

    void read(const json::object& node, const std::string& path, const std::string& about) {
        if (const auto* ref = node.if_contains("$ref")) {
            const std::string pointer{ref->as_string()};
            read(root_.at_pointer(pointer.substr(1)).as_object(), path, about);
        }
        for (const char* several : {"allOf", "anyOf"})
            if (const auto* all = node.if_contains(several))
                for (const json::value& one : all->as_array()) read(one.as_object(), path, told(node, about));
        if (const auto* members = node.if_contains("properties")) {
            const std::string here = path.empty() ? "" : told(node, about);
            for (const auto& [key, member] : members->as_object())
                read(member.as_object(), path.empty() ? std::string{key} : path + "." + std::string{key},
                     here);
        }
        if (node.contains("unit")) add(node, path, about);
    }

    std::vector<Figure> take() { return std::move(found_); }

 private:
    static std::string told(const json::object& node, const std::string& otherwise) {
        const auto* text = node.if_contains("description");
        return otherwise.empty() && text != nullptr ? std::string{text->as_string()} : otherwise;
    }

    void add(const json::object& node, const std::string& path, const std::string& about) {
        if (node.at("unit") == "id") return;  // a number that names something measures nothing
        const std::string own{node.at("description").as_string()};
        // A full stop ends what is told of the object; of a list of parts it would be one too many.
        const std::string whole = about.substr(0, about.find_last_not_of('.') + 1);
        found_.push_back({path, without_units(path), std::string{node.at("unit").as_string()},
                          whole.empty() ? own : whole + ": " + own});
    }

    const json::value& root_;
    std::vector<Figure> found_;
};

/// How many letters must be changed, added or left out to make one name the other (Levenshtein).
std::size_t letters_apart(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), 0);
    for (std::size_t i = 0; i != a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i + 1);
        for (std::size_t j = 0; j != b.size(); ++j) {
            const std::size_t same = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = std::exchange(row[j + 1], std::min({same, row[j] + 1, row[j + 1] + 1}));
        }
    }
    return row.back();
}

/// A name with one part of its own right, such as "p99", is nearer than one that is only spelt alike.
std::size_t unlikeness(std::string_view asked, std::string_view name) {
    const std::size_t letters = letters_apart(asked, name);
    const std::string_view last = asked.substr(asked.rfind('.') + 1);
    return !last.empty() && name.find(last) != std::string_view::npos ? letters / 2 : letters;
}

std::string plain_percentiles(std::string_view name) {
    std::string text{name};
    if (const std::size_t at = text.find("p99.9"); at != std::string::npos) text.replace(at, 5, "p999");
    return text;
}

}  // namespace

const std::vector<Figure>& figures() {
    static const std::vector<Figure> all = [] {
        const json::value schema = json::parse(json::string_view{trial_schema_text()});
        SchemaReader reader{schema};
        reader.read(schema.at_pointer("/$defs/result").as_object(), "", "");
        return reader.take();
    }();
    return all;
}

const Figure* find_figure(std::string_view name) {
    const std::string asked = plain_percentiles(name);
    const auto named = [&](const Figure& figure) {
        return figure.path == asked || figure.short_name == asked;
    };
    const auto found = std::find_if(figures().begin(), figures().end(), named);
    return found == figures().end() ? nullptr : &*found;
}

std::vector<std::string> near_figures(std::string_view name) {
    const std::string asked = without_units(plain_percentiles(name));
    std::vector<std::pair<std::size_t, std::string>> ranked;
    for (const Figure& figure : figures())
        ranked.emplace_back(unlikeness(asked, figure.short_name), figure.short_name);
    std::stable_sort(ranked.begin(), ranked.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<std::string> nearest;
    for (std::size_t i = 0; i != std::min(ranked.size(), most_near_names); ++i)
        nearest.push_back(ranked[i].second);
    return nearest;
}

std::optional<double> value_of(const Figure& figure, const json::value& result) {
    const json::value* at = &result;
    std::string_view path = figure.path;
    while (true) {
        const std::size_t dot = path.find('.');
        const std::string_view key = path.substr(0, dot);
        at = at->is_object() ? at->get_object().if_contains(json::string_view{key}) : nullptr;
        if (at == nullptr) return std::nullopt;
        if (dot == std::string_view::npos) break;
        path.remove_prefix(dot + 1);
    }
    return at->is_number() ? std::optional{at->to_number<double>()} : std::nullopt;
}

}  // namespace pushbench::loadgen
