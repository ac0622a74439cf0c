#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "notify/cursor.hpp"
#include "notify/publisher.hpp"

namespace pushbench {

/// What a source tells the process that it is part of, on the thread of the first worker.
struct SourceEvents {
    std::function<void(const Epoch&)> begins;  ///< the life that it is in; before all that it hands on
    std::function<void()> is_ready;            ///< it has handed on all that there was; once
    std::function<void(std::string)> failed;   ///< it cannot go on, for that reason in one line; once
    std::function<void(std::string)> says;     ///< one line for whoever reads the log
};

/// What a source counts.
struct SourceMetric {
    std::string_view name;  ///< behind `pushbench_source_`
    std::string_view type;
    std::string_view help;
    std::uint64_t value = 0;
};

/// Where notifications come from: it gives each its number within its topic, and has a broker hand it on. It
/// is in this process, or somewhere else and shared by several. All calls are made on one thread.
class Source : public Sink {
 public:
    virtual ~Source() = default;

    virtual void start(SourceEvents events) = 0;
    /// Takes nothing any more. Who waits for an answer is given one.
    virtual void stop() = 0;

    /// Forgets the topics that have not been published to for too long. To be called from time to time.
    virtual void forget_unpublished() = 0;
    /// Every topic that has been published to, by name, with its head.
    virtual std::map<std::string, std::uint64_t> heads() const = 0;
    virtual std::size_t topic_count() const = 0;
    /// Why it takes nothing or hands on nothing now, in one line; empty: it is well.
    virtual std::string why_unwell() const = 0;
    /// What it has to tell in /metrics, besides what all servers tell.
    virtual std::vector<SourceMetric> metrics() const = 0;
};

}  // namespace pushbench
