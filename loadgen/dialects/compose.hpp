#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loadgen/dialects/dialect.hpp"

namespace pushbench::loadgen {

/// What a command line says about how to speak, beside the dialect.
struct SpeechOptions {
    std::string_view transport;              ///< by its name in the table of transports
    std::string path;                        ///< of the target, with its query; empty: the dialect's
    std::vector<std::string> headers;        ///< "Name: value"
    std::optional<std::string> subprotocol;  ///< in place of the dialect's; empty: none
};

/// The dialect's way of that transport, with what the command line says instead or besides. Throws Failure
/// with one line that names the option: a transport that the dialect does not speak, a name in braces that
/// there is not.
Speech compose_speech(const Dialect& dialect, const SpeechOptions& options);

}  // namespace pushbench::loadgen
