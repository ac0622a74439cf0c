#pragma once

#include <functional>
#include <string>

#include "loadgen/wire/failure.hpp"

namespace pushbench::loadgen {

/// The line of the Failure that `action` throws; "no failure" where it throws none.
inline std::string failure_of(const std::function<void()>& action) {
    try {
        action();
    } catch (const Failure& failure) {
        return failure.what();
    }
    return "no failure";
}

}  // namespace pushbench::loadgen
