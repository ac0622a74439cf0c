#include "notify/cpu_list.hpp"

#include <algorithm>
#include <charconv>

namespace pushbench {
namespace {

/// As many as a cpu_set_t has room for.
constexpr int kMostCpus = 1024;

bool take_cpu(std::string_view& text, int& cpu) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), cpu);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return error == std::errc{} && cpu >= 0 && cpu < kMostCpus;
}

/// "3", or "0-2".
bool take_range(std::string_view& text, std::vector<int>& cpus) {
    int first = 0;
    if (!take_cpu(text, first)) return false;
    int last = first;
    if (text.starts_with('-')) {
        text.remove_prefix(1);
        if (!take_cpu(text, last) || last < first) return false;
    }
    for (int cpu = first; cpu <= last; ++cpu)
        if (std::find(cpus.begin(), cpus.end(), cpu) == cpus.end()) cpus.push_back(cpu);
    return true;
}

}  // namespace

std::vector<int> parse_cpu_list(std::string_view text) {
    std::vector<int> cpus;
    while (take_range(text, cpus)) {
        if (text.empty()) return cpus;
        if (!text.starts_with(',')) break;
        text.remove_prefix(1);
    }
    return {};
}

}  // namespace pushbench
