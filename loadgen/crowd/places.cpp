#include "loadgen/crowd/places.hpp"

#include "loadgen/wire/failure.hpp"
#include "loadgen/wire/url.hpp"

namespace pushbench::loadgen {

std::uint16_t Places::find(const Target& from, const std::string& location) {
    constexpr std::size_t most_places = 1000;
    const std::string whole = join_url(from.url, location).text();
    if (const auto known = numbers_.find(whole); known != numbers_.end()) return known->second;
    if (targets_.size() == most_places)
        throw Failure("redirects lead to more than " + std::to_string(most_places) + " places");
    targets_.push_back(from.redirected(location));
    return numbers_[whole] = static_cast<std::uint16_t>(targets_.size());
}

}  // namespace pushbench::loadgen
