#pragma once

#include <optional>
#include <string_view>

#include "http/exchange.hpp"
#include "http/query.hpp"

namespace pushbench {

/// What a subscriber wants, as parse_wanted() reads it, within the limits of this server. Empty if it is not
/// right: the client has then been told.
std::optional<Wanted> read_wanted(Exchange& exchange, const Request& request,
                                  std::optional<std::string_view> last_event_id = std::nullopt);

}  // namespace pushbench
