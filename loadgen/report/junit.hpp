#pragma once

#include <span>
#include <string>

#include "loadgen/report/threshold.hpp"
#include "loadgen/trial/result.hpp"

namespace pushbench::loadgen {

/// A trial as the test report that CI servers show (JUnit XML, as Jenkins and GitLab read it): a test for
/// each threshold and for each rule of measuring that applies. What could not be judged is a skipped rule,
/// but an error of a threshold: who asks for a bound wants to know.
std::string to_junit(const Result& result, std::span<const Judged> thresholds);

}  // namespace pushbench::loadgen
