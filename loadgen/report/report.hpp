#pragma once

#include <boost/json/fwd.hpp>
#include <span>
#include <string>

#include "loadgen/report/threshold.hpp"
#include "loadgen/trial/result.hpp"

namespace pushbench::loadgen {

/// The result as results/schema/ says it. No threshold has been judged yet: they look at this.
boost::json::object to_json(const Result& result);

/// The same as text, indented, with a newline at the end.
std::string to_json_text(const Result& result);

/// What a person reads: the answer in the first line, then what ran, what came, what it took. What is not
/// known is not in it.
std::string to_summary(const Result& result, std::span<const Judged> thresholds = {});

}  // namespace pushbench::loadgen
