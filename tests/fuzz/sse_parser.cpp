// An event stream gives the same events, delays and last event ID however it is cut.
#include "loadgen/transport/sse/parser.hpp"
#include "pieces.hpp"

namespace pushbench::fuzz {
namespace {

struct Events final : loadgen::SseSink {
    void on_event(const loadgen::SseEvent& event) override {
        told.append("event ")
            .append(event.type)
            .append("|")
            .append(event.data)
            .append("|")
            .append(event.id) += '\n';
    }
    void on_retry_ms(std::uint32_t delay_ms) override { told += "retry " + std::to_string(delay_ms) + "\n"; }

    std::string told;
};

struct Reading {
    bool operator()(std::string_view piece) { return parser.feed(piece, events); }
    [[nodiscard]] std::string told() const { return events.told + "id " + parser.last_event_id(); }

    loadgen::SseParser parser;
    Events events;
};

}  // namespace
}  // namespace pushbench::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace pushbench::fuzz;
    const Input input{data, size};
    must_read_alike<Reading>(input);
    return 0;
}
