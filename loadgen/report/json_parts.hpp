#pragma once

#include <boost/json.hpp>
#include <optional>
#include <type_traits>

#include "loadgen/trial/result.hpp"

namespace pushbench::loadgen {

namespace json = boost::json;

// ---- values: null where there is nothing to say

/// Three decimals are beyond any accuracy here.
json::value rounded(std::optional<double> value);
json::value ratio(std::optional<double> value, double by);
json::value in_us(std::optional<std::int64_t> ns);

template <class Number>
json::value or_null(const std::optional<Number>& value) {
    return value ? json::value(*value) : json::value{};
}

/// What the measuring window has counted. A trial that ended before it began has counted nothing, and not
/// nought.
template <class Number>
json::value in_window(const Result& r, Number count) {
    if (r.window.seconds <= 0) return nullptr;
    if constexpr (std::is_floating_point_v<Number>)
        return rounded(count);
    else
        return json::value(count);
}

// ---- the parts of a result

void add_deliveries(json::object& o, const Result& r);
/// A percentile is told where ten of so many events lie beyond it: deliveries of one notification are one.
/// By itself each sample is one.
json::object percentiles(const Histogram& h, std::uint64_t events = UINT64_MAX);
/// Of what messages say of themselves; null where they say nothing.
json::value timed(const Result& r, const Histogram& h);
json::object gaps(const Result& r);
json::value kernel_to_reader(const Result& r);
json::value series(const Result& r);
json::value response(const Result& r);
json::value fanout(const Result& r);
json::object histograms(const Result& r);

/// Null where all clients were steady.
json::value behaviour(const Result& r);
json::object refused(const Result& r);
/// Null where no connection was secure.
json::value tls(const Result& r);
/// Null where the server published by itself, or others did.
json::value publisher(const Result& r);

/// Null where one process had the load for itself.
json::value ranks(const Result& r);

json::object server(const Result& r);
json::object loadgen(const Result& r);
json::object machine(const Result& r);
json::object wire(const Result& r);

}  // namespace pushbench::loadgen
