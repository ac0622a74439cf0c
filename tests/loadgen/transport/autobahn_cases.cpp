#include "autobahn_cases.hpp"

#include <utility>

#include "websocket_frames.hpp"

namespace pushbench::loadgen {

AutobahnCase well(std::string id, std::vector<std::string> reads, std::vector<std::string> messages,
                  std::vector<std::string> pongs) {
    reads.push_back(server_frame(8, close_payload(1000)));
    std::vector<std::string> said;
    for (const std::string& payload : pongs) said.push_back("pong " + payload);
    said.emplace_back("close 1000");
    return {std::move(id), std::move(reads), std::move(messages), std::move(said)};
}

AutobahnCase failed(std::string id, std::vector<std::string> reads, unsigned code,
                    std::vector<std::string> messages) {
    return {std::move(id), std::move(reads), std::move(messages), {"close " + std::to_string(code)}};
}

}  // namespace pushbench::loadgen
