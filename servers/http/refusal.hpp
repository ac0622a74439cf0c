#pragma once

#include <optional>
#include <string>

#include "net/limits.hpp"

namespace pushbench {

/// A request that is not served: the status of the answer, one line that says why, and more header lines. The
/// connection ends behind it: where the request was, nobody knows for sure.
struct Refusal {
    unsigned status = 400;
    Reason reason = Reason::malformed;
    std::string line;
    std::string headers{};
};

/// Empty: nothing to refuse.
using MayRefuse = std::optional<Refusal>;

}  // namespace pushbench
