#pragma once

#include <string_view>

namespace pushbench::loadgen {

/// results/schema/trial.schema.json as it was when this program was built: what is written, in which unit,
/// and what it means, said once. `$defs/result` is what `--json` writes.
std::string_view trial_schema_text();

}  // namespace pushbench::loadgen
