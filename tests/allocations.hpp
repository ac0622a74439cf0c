#pragma once

#include <cstddef>

namespace pushbench {

/// How many times this program has called operator new. Link allocations.cpp, which replaces it.
std::size_t allocations();

}  // namespace pushbench
