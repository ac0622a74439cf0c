#pragma once

#include "notify/cursor.hpp"

namespace pushbench {

/// The life of the source that tests are in; other than "life" is another.
inline const Epoch kLife = *Epoch::parse("life");

}  // namespace pushbench
