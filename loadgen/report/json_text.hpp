#pragma once

#include <boost/json/fwd.hpp>
#include <string>

namespace pushbench::loadgen {

/// A member a line, numbers as people write them, a newline at the end. Boost.JSON writes 1.5 as 1.5E0 and
/// everything on one line; people open these files.
std::string to_indented_text(const boost::json::value& value);

}  // namespace pushbench::loadgen
