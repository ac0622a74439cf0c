#pragma once

#include <stdexcept>

namespace pushbench::loadgen {

/// Something outside that keeps a trial from running. One line: what, with which value, what would be right.
/// The program says it and exits with 1.
class Failure : public std::runtime_error {
 public:
    using std::runtime_error::runtime_error;
};

}  // namespace pushbench::loadgen
