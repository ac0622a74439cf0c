#pragma once

#include <functional>
#include <string>
#include <vector>

namespace pushbench::loadgen {

/// A case of the Autobahn test suite as seen by the client: what the server sends, read by read, and what the
/// client must make of it. A server that sends each message back is held against the same, with its frames
/// masked: see tests/servers/conformance. Where the suite knows OK and NON-STRICT, this is OK.
struct AutobahnCase {
    std::string id;
    std::vector<std::string> reads;
    std::vector<std::string> messages{};
    /// What the client says, in order: its pongs, then its close.
    std::vector<std::string> said{"close 1000"};
    /// The read at which the connection must have been failed, where failing late is not good enough; else
    /// -1.
    int fails_at = -1;
};

/// The suite closes each connection that is still well with a 1000, and the client answers it.
AutobahnCase well(std::string id, std::vector<std::string> reads, std::vector<std::string> messages = {},
                  std::vector<std::string> pongs = {});
/// The client fails the connection with this code.
AutobahnCase failed(std::string id, std::vector<std::string> reads, unsigned code,
                    std::vector<std::string> messages = {});

std::vector<AutobahnCase> autobahn_framing();        ///< groups 1 to 4
std::vector<AutobahnCase> autobahn_fragmentation();  ///< group 5
std::vector<AutobahnCase> autobahn_utf8();           ///< group 6
std::vector<AutobahnCase> autobahn_closing();        ///< group 7

/// Groups 9 and 10, one after the other: all at once they would take 300 MiB.
using TakeCase = std::function<void(const AutobahnCase&)>;
void each_autobahn_limit(const TakeCase& take);

}  // namespace pushbench::loadgen
