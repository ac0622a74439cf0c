#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "notify/log.hpp"
#include "notify/notification.hpp"
#include "notify/publisher.hpp"

namespace pushbench::micro {

/// A notification as the scenarios send it: times of a machine that is up for some hours, so that the numbers
/// have as many digits as in real life.
inline Notification sample(std::size_t payload_bytes) {
    return {123456, "default", 45'678'901'234'567, 45'678'901'239'012, payload_text(payload_bytes)};
}

inline const Epoch& sample_life() {
    static const Epoch life = *Epoch::parse("k3x9a1b2");
    return life;
}

inline EntryPtr entry(std::uint64_t seq, std::string frame) {
    return std::make_shared<const Entry>(seq, std::move(frame));
}

}  // namespace pushbench::micro
