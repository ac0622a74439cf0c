#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pushbench {

/// What each client of floor_hose gets, encoded once and shared by all of them.
struct Script {
    std::string_view request_end = "\r\n\r\n";
    std::string greeting;   ///< answer to the first request; to a WebSocket it is upgrade_answer()
    bool upgrades = false;  ///< is a WebSocket
    std::string bytes;
    std::vector<std::size_t> ends;  ///< of each answer within `bytes`
    bool streams = false;           ///< there is one answer, which no further request asks for
    bool repeats = false;  ///< the last answer is given again and again; else a client gets each once
};

/// The first `notifications` of a topic, spoken as `lines`, `sse`, `websocket`, `long-poll` or `short-poll`.
/// Made by the encoders of the servers, so that a client cannot tell the difference. The times in it are
/// those of the encoding.
Script make_script(std::string_view speak, std::size_t notifications);

/// The answer to a WebSocket handshake; empty if `request` is none.
std::string upgrade_answer(std::string_view request);

}  // namespace pushbench
