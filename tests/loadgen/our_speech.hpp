#pragma once

#include <string_view>

#include "loadgen/dialects/compose.hpp"
#include "loadgen/dialects/load.hpp"

namespace pushbench::loadgen {

/// How our own servers are spoken to.
inline const Speech& our_speech(std::string_view transport) {
    static const Dialect ours = load_dialect("pushbench");
    return *ours.speech(transport);
}

}  // namespace pushbench::loadgen
