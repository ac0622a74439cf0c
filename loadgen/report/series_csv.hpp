#pragma once

#include <boost/json/fwd.hpp>
#include <string>

namespace pushbench::loadgen {

/// The time series of a result as CSV (RFC 4180): a row a slice, a column a figure, named as in the JSON.
/// What is not known is an empty field. Only the names, where there is no series.
std::string to_series_csv(const boost::json::object& result);

}  // namespace pushbench::loadgen
