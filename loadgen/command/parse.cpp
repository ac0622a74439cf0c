#include "loadgen/command/parse.hpp"

#include <algorithm>
#include <charconv>

#include "notify/duration.hpp"

namespace pushbench::loadgen {
namespace {

bool take_cpu(std::string_view& text, int& cpu) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), cpu);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return error == std::errc{} && cpu >= 0 && cpu < 1024;
}

}  // namespace

std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text) {
    const auto ns = parse_duration_ns(text);
    return ns ? std::optional{std::chrono::nanoseconds{*ns}} : std::nullopt;
}

std::vector<int> parse_cpus(std::string_view text) {
    std::vector<int> cpus;
    while (true) {
        int first = 0;
        if (!take_cpu(text, first)) return {};
        int last = first;
        if (text.starts_with('-')) {
            text.remove_prefix(1);
            if (!take_cpu(text, last) || last < first) return {};
        }
        for (int cpu = first; cpu <= last; ++cpu) cpus.push_back(cpu);
        if (text.empty()) break;
        if (!text.starts_with(',')) return {};
        text.remove_prefix(1);
    }
    std::sort(cpus.begin(), cpus.end());
    cpus.erase(std::unique(cpus.begin(), cpus.end()), cpus.end());
    return cpus;
}

}  // namespace pushbench::loadgen
