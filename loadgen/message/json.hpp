#pragma once

#include <string>
#include <string_view>

#include "loadgen/message/stamp.hpp"

namespace pushbench::loadgen {

/// Reads the stamp of a notification as our servers write it: one JSON object with the keys `seq` (from 1),
/// `topic`, `due_ns`, `sent_ns` and `payload` in any order, and `epoch` (text or number) where there is one;
/// more keys do not matter. Where the keys stand in the servers' own order the payload is not looked at.
/// Nothing is allocated but `scratch`, which holds a topic with escapes and is used again.
Find read_json(std::string_view message, Stamp& stamp, std::string& scratch);

}  // namespace pushbench::loadgen
