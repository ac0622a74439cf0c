// Groups 1 to 4: framing, pings and pongs, reserved bits, opcodes.
#include "autobahn_cases.hpp"
#include "websocket_frames.hpp"

namespace pushbench::loadgen {

using namespace std::string_literals;

namespace {

const std::string hello = "Hello, world!";
const std::string binary = "\x00\xff\xfe\xfd\xfc\xfb\x00\xff"s;

void add_framing(std::vector<AutobahnCase>& all) {
    for (const unsigned opcode : {1U, 2U}) {
        const std::string group = "1." + std::to_string(opcode) + ".";
        int number = 0;
        for (const std::size_t size : {0, 125, 126, 127, 128, 65535, 65536}) {
            const std::string payload(size, opcode == 1 ? '*' : '\xfe');
            all.push_back(well(group + std::to_string(++number), {server_frame(opcode, payload)}, {payload}));
        }
        const std::string payload(65536, opcode == 1 ? '*' : '\xfe');
        all.push_back(well(group + "8", chopped(server_frame(opcode, payload), 997), {payload}));
    }
}

void add_pings(std::vector<AutobahnCase>& all) {
    const std::string longest(125, '\xfe');
    all.push_back(well("2.1", {server_frame(9, "")}, {}, {""}));
    all.push_back(well("2.2", {server_frame(9, hello)}, {}, {hello}));
    all.push_back(well("2.3", {server_frame(9, binary)}, {}, {binary}));
    all.push_back(well("2.4", {server_frame(9, longest)}, {}, {longest}));
    all.push_back(failed("2.5", {server_frame(9, longest + '\xfe')}, 1002));
    all.push_back(well("2.6", chopped(server_frame(9, longest), 1), {}, {longest}));
    all.push_back(well("2.7", {server_frame(10, "")}));
    all.push_back(well("2.8", {server_frame(10, "unsolicited pong payload")}));
    all.push_back(well("2.9", {server_frame(10, "unsolicited pong payload"), server_frame(9, "ping payload")},
                       {}, {"ping payload"}));
    std::string ten;
    std::vector<std::string> payloads;
    for (int i = 0; i != 10; ++i) {
        payloads.push_back("payload-" + std::to_string(i));
        ten += server_frame(9, payloads.back());
    }
    all.push_back(well("2.10", {ten}, {}, payloads));
    all.push_back(well("2.11", chopped(ten, 1), {}, payloads));
}

void add_reserved_bits(std::vector<AutobahnCase>& all) {
    const std::string text = server_frame(1, hello);
    const std::string ping = server_frame(9, "");
    const auto with = [&](unsigned rsv) { return server_frame(1, hello, true, rsv); };
    all.push_back(failed("3.1", {with(1)}, 1002));
    all.push_back(failed("3.2", {text + with(2) + ping}, 1002, {hello}));
    all.push_back(failed("3.3", {text, with(3), ping}, 1002, {hello}));
    all.push_back(failed("3.4", chopped(text + with(4) + ping, 1), 1002, {hello}));
    all.push_back(failed("3.5", {server_frame(2, binary, true, 5)}, 1002));
    all.push_back(failed("3.6", {server_frame(9, hello, true, 6)}, 1002));
    all.push_back(failed("3.7", {server_frame(8, "", true, 7)}, 1002));
}

/// 4.1 with opcodes that are reserved for data, 4.2 with those for control.
void add_opcodes(std::vector<AutobahnCase>& all, const std::string& group, unsigned opcode) {
    const std::string text = server_frame(1, hello);
    const std::string ping = server_frame(9, "");
    const std::string payload = "reserved opcode payload";
    all.push_back(failed(group + "1", {server_frame(opcode, "")}, 1002));
    all.push_back(failed(group + "2", {server_frame(opcode + 1, payload)}, 1002));
    all.push_back(failed(group + "3", {text + server_frame(opcode + 2, "") + ping}, 1002, {hello}));
    all.push_back(failed(group + "4", {text + server_frame(opcode + 3, hello) + ping}, 1002, {hello}));
    all.push_back(
        failed(group + "5", chopped(text + server_frame(opcode + 4, hello) + ping, 1), 1002, {hello}));
}

}  // namespace

std::vector<AutobahnCase> autobahn_framing() {
    std::vector<AutobahnCase> all;
    add_framing(all);
    add_pings(all);
    add_reserved_bits(all);
    add_opcodes(all, "4.1.", 3);
    add_opcodes(all, "4.2.", 11);
    return all;
}

}  // namespace pushbench::loadgen
