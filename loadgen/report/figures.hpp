#pragma once

#include <boost/json/fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pushbench::loadgen {

/// A number that a result may hold, as results/schema/ says it.
struct Figure {
    std::string path;         ///< in the JSON: "latency_us.p99"
    std::string short_name;   ///< the same without units: "latency.p99"
    std::string unit;         ///< "us", "ms", "s", "bytes", "count", "ratio", …
    std::string description;  ///< in words; what it is part of comes first where that is an object
};

/// All of them, in the order of the schema. Histograms and time series are not among them.
const std::vector<Figure>& figures();

/// By its path or its short name; "p99.9" means p999. Null if there is none.
const Figure* find_figure(std::string_view name);

/// Short names that look or sound like it, the likeliest first.
std::vector<std::string> near_figures(std::string_view name);

/// Its value in a result. Empty where the result has null, or not even what the figure is part of.
std::optional<double> value_of(const Figure& figure, const boost::json::value& result);

}  // namespace pushbench::loadgen
