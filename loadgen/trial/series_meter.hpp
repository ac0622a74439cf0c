#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "loadgen/crowd/crew.hpp"
#include "loadgen/trial/series.hpp"
#include "loadgen/trial/ticker.hpp"

namespace pushbench::loadgen {

/// Makes the time series of a window: has the workers cut what they count, and looks at the whole from
/// outside at the end of each slice, from a thread of its own. That wakes once a slice and reads two small
/// files.
class SeriesMeter {
 public:
    /// `look` says what the server has used so far; the rest of a moment is added here.
    SeriesMeter(Crew& crew, std::function<Moment()> look) : crew_{crew}, look_{std::move(look)} {}

    /// May be called again: the series then begins anew.
    void begin(std::int64_t origin_ns, std::int64_t step_ns);
    [[nodiscard]] SeriesCuts end(std::int64_t end_ns);

 private:
    [[nodiscard]] Moment moment(std::int64_t time_ns) const;

    Crew& crew_;
    std::function<Moment()> look_;
    std::int64_t step_ns_ = 0;
    std::vector<Moment> moments_;  ///< the thread's, while there is one
    Ticker ticker_;                ///< last: it uses all the others
};

}  // namespace pushbench::loadgen
