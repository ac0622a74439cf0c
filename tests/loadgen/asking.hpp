#pragma once

#include "loadgen/transport/protocol.hpp"

namespace pushbench::loadgen {

/// What a client of the server "h:1" asks for.
inline Subscription asking(std::string_view encoded_topic, std::string_view cursor = {},
                           std::chrono::milliseconds wait = {}) {
    static const Target target = [] {
        Target there;
        there.authority = "h:1";
        return there;
    }();
    return {target, encoded_topic, encoded_topic, cursor, 0, {}, wait};
}

}  // namespace pushbench::loadgen
