#include "loadgen/trial/series_meter.hpp"

#include "loadgen/measure/clock.hpp"

namespace pushbench::loadgen {

void SeriesMeter::begin(std::int64_t origin_ns, std::int64_t step_ns) {
    ticker_.stop();
    step_ns_ = step_ns;
    moments_.clear();
    moments_.push_back(moment(origin_ns));
    crew_.begin_slices(origin_ns, step_ns);
    ticker_.start("series", origin_ns, step_ns, [this] {
        moments_.push_back(moment(now_ns()));
        return true;
    });
}

SeriesCuts SeriesMeter::end(std::int64_t end_ns) {
    ticker_.stop();
    moments_.push_back(moment(end_ns));
    return {crew_.end_slices(end_ns), moments_, step_ns_};
}

Moment SeriesMeter::moment(std::int64_t time_ns) const {
    Moment now = look_();
    now.time_ns = time_ns;
    now.ready = crew_.ready();
    return now;
}

}  // namespace pushbench::loadgen
