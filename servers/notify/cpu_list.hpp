#pragma once

#include <string_view>
#include <vector>

namespace pushbench {

/// "0", "1,3", "0-2,5": CPU numbers as they are named, a repeat only once. Empty if it is no such list.
std::vector<int> parse_cpu_list(std::string_view text);

}  // namespace pushbench
