#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "loadgen/peers/mailbox.hpp"

namespace pushbench::loadgen {

/// What an MPI launcher says of this process in its environment.
struct Launched {
    std::uint32_t rank = 0;
    std::optional<std::uint32_t> size;  ///< empty: some do not say it there
    bool operator==(const Launched&) const = default;
};

/// Empty where no launcher started this process, or it started it alone. `variable` is getenv().
[[nodiscard]] std::optional<Launched> launched(const std::function<const char*(const char*)>& variable);

/// The way to the other ranks, by the module beside this program. Throws Misfit where this build has none, or
/// the launcher is of another MPI.
[[nodiscard]] std::unique_ptr<Mailbox> open_mailbox(const Launched& by_launcher);

}  // namespace pushbench::loadgen
