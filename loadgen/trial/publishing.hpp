#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "loadgen/publish/admin.hpp"
#include "loadgen/publish/client_carrier.hpp"
#include "loadgen/publish/publisher.hpp"
#include "loadgen/publish/route.hpp"
#include "loadgen/trial/settings.hpp"

namespace pushbench::loadgen {

/// What a trial's way of publishing is read from. Points into `settings`.
[[nodiscard]] RouteContext route_context(const Settings& settings);
/// Who publishes, or at least knows what was published; null where nobody tells. `admin` may be null, and
/// `say` is for clients that publish themselves. Throws Failure where an address cannot be found.
[[nodiscard]] std::unique_ptr<Publisher> make_publisher(const Settings& settings,
                                                        const std::vector<std::string>& topics,
                                                        const AdminClient* admin, Say say);
/// So many notifications of the trial's load.
[[nodiscard]] ScheduleOrder schedule_order(const Settings& settings, std::int64_t count);

}  // namespace pushbench::loadgen
