#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pushbench::loadgen {

/// All the ways in which a text may arrive that a parser could trip over: whole, cut once at every place, and
/// byte by byte. Each piece is memory of its own, so that reading past one is seen by a sanitizer.
inline std::vector<std::vector<std::string>> all_cuts(std::string_view text) {
    std::vector<std::vector<std::string>> cuts{{std::string{text}}};
    for (std::size_t at = 1; at < text.size(); ++at)
        cuts.push_back({std::string{text.substr(0, at)}, std::string{text.substr(at)}});
    std::vector<std::string>& bytes = cuts.emplace_back();
    for (const char c : text) bytes.emplace_back(1, c);
    return cuts;
}

}  // namespace pushbench::loadgen
