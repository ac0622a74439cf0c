#pragma once

#include <string_view>

namespace pushbench {

/// Whether `text` is UTF-8 without surrogates and overlong forms (RFC 3629 §4). Notifications travel as JSON,
/// which must be.
bool is_utf8(std::string_view text);

}  // namespace pushbench
