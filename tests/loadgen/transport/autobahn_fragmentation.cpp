// Group 5: messages in fragments, and what may not stand between them.
#include "autobahn_cases.hpp"
#include "websocket_frames.hpp"

namespace pushbench::loadgen {
namespace {

using Frames = std::vector<std::string>;

std::string joined(const Frames& frames) {
    std::string all;
    for (const std::string& frame : frames) all += frame;
    return all;
}

/// The same frames in one read, in a read each, and byte by byte: three cases that follow one another.
template <class Make>
void add_in_three_ways(std::vector<AutobahnCase>& all, int first_number, const Frames& frames, Make make) {
    const auto id = [&](int more) { return "5." + std::to_string(first_number + more); };
    all.push_back(make(id(0), Frames{joined(frames)}));
    all.push_back(make(id(1), frames));
    all.push_back(make(id(2), chopped(joined(frames), 1)));
}

void add_whole_messages(std::vector<AutobahnCase>& all) {
    const std::string message = "fragment1fragment2";
    const std::string first = server_frame(1, "fragment1", false);
    const std::string last = server_frame(0, "fragment2");
    add_in_three_ways(all, 3, {first, last},
                      [&](std::string id, Frames reads) { return well(id, std::move(reads), {message}); });
    add_in_three_ways(all, 6, {first, server_frame(9, "ping payload"), last},
                      [&](std::string id, Frames reads) {
                          return well(id, std::move(reads), {message}, {"ping payload"});
                      });
    const Frames pinged = {server_frame(1, "fragment1", false), server_frame(0, "fragment2", false),
                           server_frame(9, "pongme 1!"),        server_frame(0, "fragment3", false),
                           server_frame(0, "fragment4", false), server_frame(9, "pongme 2!"),
                           server_frame(0, "fragment5")};
    const Frames in_two = {joined({pinged.begin(), pinged.begin() + 3}),
                           joined({pinged.begin() + 3, pinged.end()})};
    const Frames five = {"fragment1fragment2fragment3fragment4fragment5"};
    all.push_back(well("5.19", in_two, five, {"pongme 1!", "pongme 2!"}));
    all.push_back(well("5.20", pinged, five, {"pongme 1!", "pongme 2!"}));
}

void add_nothing_to_continue(std::vector<AutobahnCase>& all) {
    const auto fails = [](std::string id, Frames reads) {
        return failed(std::move(id), std::move(reads), 1002);
    };
    const std::string text = server_frame(1, "Hello, world!");
    add_in_three_ways(all, 9, {server_frame(0, "non-continuation payload"), text}, fails);
    add_in_three_ways(all, 12, {server_frame(0, "non-continuation payload", false), text}, fails);
    all.push_back(failed("5.15",
                         {server_frame(1, "fragment1", false) + server_frame(0, "fragment2") +
                          server_frame(0, "fragment3", false) + server_frame(1, "fragment4")},
                         1002, {"fragment1fragment2"}));
    for (const bool fin : {false, true}) {
        const std::string once = server_frame(0, "fragment1", fin) + server_frame(1, "fragment2", false) +
                                 server_frame(0, "fragment3");
        all.push_back(failed(fin ? "5.17" : "5.16", {once + once}, 1002));
    }
}

}  // namespace

std::vector<AutobahnCase> autobahn_fragmentation() {
    std::vector<AutobahnCase> all;
    const std::string rest = server_frame(0, "fragment2");
    all.push_back(failed("5.1", {server_frame(9, "fragment1", false) + rest}, 1002));
    all.push_back(failed("5.2", {server_frame(10, "fragment1", false) + rest}, 1002));
    add_whole_messages(all);
    add_nothing_to_continue(all);
    all.push_back(failed("5.18", {server_frame(1, "fragment1", false) + server_frame(1, "fragment2")}, 1002));
    return all;
}

}  // namespace pushbench::loadgen
