#include "loadgen/transport/table.hpp"

#include <array>

#include "loadgen/transport/polling/client.hpp"
#include "loadgen/transport/sse/client.hpp"
#include "loadgen/transport/websocket/client.hpp"

namespace pushbench::loadgen {

std::span<const Transport> transports() {
    static constexpr std::array<Transport, 4> rows = {{
        {"short-poll", Pace::timetable, Opening::by_answer, make_poll_client},
        {"long-poll", Pace::at_once, Opening::by_answer, make_poll_client},
        {"websocket", Pace::once, Opening::by_answer, make_websocket_client, true},
        {"sse", Pace::once, Opening::by_answer, make_sse_client},
    }};
    return rows;
}

const Transport* find_transport(std::span<const Transport> rows, std::string_view name) {
    for (const Transport& row : rows)
        if (row.name == name) return &row;
    return nullptr;
}

std::string transport_names(std::span<const Transport> rows) {
    std::string names;
    for (const Transport& row : rows) {
        if (!names.empty()) names += ", ";
        names += row.name;
    }
    return names;
}

}  // namespace pushbench::loadgen
