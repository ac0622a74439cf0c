#include "loadgen/report/series_csv.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

namespace pushbench::loadgen {
namespace {

namespace json = boost::json;

/// As in the JSON: 1.5 and not 1.5E0. No text is among them, so that nothing needs quotes.
void append(std::string& out, const json::value& value) {
    if (value.is_null()) return;
    if (!value.is_double()) {
        out += json::serialize(value);
        return;
    }
    char digits[64];
    out.append(digits, std::to_chars(digits, digits + sizeof digits, value.get_double()).ptr);
}

}  // namespace

std::string to_series_csv(const json::object& result) {
    std::vector<std::pair<std::string, const json::array*>> columns;
    const auto* series = result.if_contains("series");
    if (series != nullptr && series->is_object())
        for (const auto& [name, values] : series->get_object())
            if (values.is_array()) columns.emplace_back(name, &values.get_array());
    std::string out;
    std::size_t rows = 0;
    for (const auto& [name, values] : columns) {
        out += (out.empty() ? "" : ",") + name;
        rows = std::max(rows, values->size());
    }
    out += "\r\n";
    for (std::size_t row = 0; row != rows; ++row) {
        for (std::size_t i = 0; i != columns.size(); ++i) {
            if (i != 0) out += ',';
            if (row < columns[i].second->size()) append(out, (*columns[i].second)[row]);
        }
        out += "\r\n";
    }
    return out;
}

}  // namespace pushbench::loadgen
