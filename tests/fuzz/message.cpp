// Whatever a message holds, reading it ends, stays within it, and finds the marker that was put into it.
#include <algorithm>

#include "loadgen/message/marker.hpp"
#include "loadgen/message/reader.hpp"
#include "notify/notification.hpp"
#include "notify/utf8.hpp"
#include "pieces.hpp"

namespace pushbench::fuzz {
namespace {

using loadgen::Find;

/// Counts the stamps; `is_right` sees each.
template <class Tell>
void read_all(loadgen::MessageKind kind, std::string_view message, Tell tell) {
    loadgen::MessageReader reader{kind};
    loadgen::Stamp stamp;
    std::string_view rest = message;
    for (std::size_t found = 0; reader.next(rest, stamp) == Find::found; ++found) {
        must_hold(found <= message.size(), "reading ends");
        must_hold(rest.size() <= message.size(), "what is left is less");
        tell(stamp);
        if (rest.empty()) break;
    }
}

void check_marker(std::string_view around, std::string_view topic) {
    std::string message{around};
    loadgen::append_marker(message, topic, 17, 1'000, -5);
    message += around;
    bool seen = false;
    read_all(loadgen::MessageKind::marker, message, [&](const loadgen::Stamp& stamp) {
        seen |= stamp.topic == topic && stamp.seq == 17 && stamp.due_ns == 1'000 && stamp.sent_ns == -5;
    });
    must_hold(seen, "a marker is found whatever is around it");
}

void check_json(std::string_view topic, std::string_view payload) {
    const std::string message = to_json({17, std::string{topic}, 1'000, 2'000, std::string{payload}});
    bool seen = false;
    read_all(loadgen::MessageKind::json, message, [&](const loadgen::Stamp& stamp) {
        seen = stamp.topic == topic && stamp.seq == 17 && stamp.due_ns == 1'000 && stamp.sent_ns == 2'000;
    });
    must_hold(seen, "our own JSON is read");
}

}  // namespace
}  // namespace pushbench::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace pushbench;
    const fuzz::Input input{data, size};
    input.whole([](std::string_view text) {
        using Kind = loadgen::MessageKind;
        for (const Kind kind : {Kind::json, Kind::marker, Kind::opaque})
            fuzz::read_all(kind, text, [](const loadgen::Stamp&) {});
        const std::string_view topic = text.substr(0, text.size() / 4);
        fuzz::check_marker(text, topic);
        if (is_utf8(topic) && is_utf8(text)) fuzz::check_json(topic, text);  // else it is no JSON
        return true;
    });
    return 0;
}
