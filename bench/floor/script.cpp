#include "bench/floor/script.hpp"

#include "http/message.hpp"
#include "loadgen/transport/websocket/handshake.hpp"
#include "notify/clock.hpp"
#include "notify/entry.hpp"
#include "notify/publisher.hpp"
#include "sse/frame.hpp"
#include "websocket/frame.hpp"

namespace pushbench {
namespace {

const Epoch kLife = *Epoch::parse("hose");

std::string encode_line(const Notification& notification, const Epoch& /*epoch*/) {
    return to_json(notification) + "\n";
}

std::string encode_answer(const Notification& notification) {
    std::string body = R"({"cursor":")";
    append_cursor(body, kLife, notification.seq);
    body.append(R"(","notifications":[)").append(to_json(notification)).append("]}");
    return serialize({200, "application/json", std::move(body), {}}, {}, Persistence::keep);
}

/// Calls `each` with the first notifications of one topic.
template <class Each>
void for_first(std::size_t count, Each each) {
    const std::int64_t now = now_ns();
    Notification notification{0, "default", now, now, payload_text(128)};
    while (notification.seq < count) {
        ++notification.seq;
        each(notification);
    }
}

Script stream(Encoder encode, std::size_t notifications) {
    Script script;
    script.streams = true;
    for_first(notifications,
              [&](const Notification& notification) { script.bytes += encode(notification, kLife); });
    script.ends = {script.bytes.size()};
    return script;
}

std::string empty_answer(std::string headers) {
    return serialize({204, {}, {}, std::move(headers)}, {}, Persistence::keep);
}

/// A poll without a cursor is told one.
Script long_poll(std::size_t notifications) {
    Script script;
    script.greeting = empty_answer("Cursor: hose-0\r\n");
    for_first(notifications, [&](const Notification& notification) {
        script.bytes += encode_answer(notification);
        script.ends.push_back(script.bytes.size());
    });
    return script;
}

Script short_poll() {
    Script script;
    script.greeting = empty_answer("Cursor: hose-0\r\n");
    script.bytes = empty_answer({});
    script.ends = {script.bytes.size()};
    script.repeats = true;
    return script;
}

}  // namespace

Script make_script(std::string_view speak, std::size_t notifications) {
    if (speak == "short-poll") return short_poll();
    if (speak == "long-poll") return long_poll(notifications);
    Script script;
    if (speak == "sse") {
        script = stream(sse::encode, notifications);
        script.greeting = status_line(200);
        script.greeting +=
            "Content-Type: text/event-stream\r\nCache-Control: no-cache\r\nTransfer-Encoding: "
            "chunked\r\n\r\n";
    } else if (speak == "websocket") {
        script = stream(websocket::encode, notifications);
        script.upgrades = true;
    } else {
        script = stream(encode_line, notifications);
        script.request_end = "\n";
    }
    return script;
}

std::string upgrade_answer(std::string_view request) {
    static constexpr std::string_view kField = "\r\nSec-WebSocket-Key: ";
    const auto at = request.find(kField);
    if (at == std::string_view::npos) return {};
    const std::string_view value = request.substr(at + kField.size());
    return status_line(101) + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
           loadgen::expected_accept(value.substr(0, value.find('\r'))) + "\r\n\r\n";
}

}  // namespace pushbench
