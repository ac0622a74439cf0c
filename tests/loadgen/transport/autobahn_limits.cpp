// Groups 9 and 10: large messages, many fragments, small reads. The suite times them; here it counts that
// they arrive.
#include "autobahn_cases.hpp"
#include "websocket_frames.hpp"

namespace pushbench::loadgen {

using namespace std::string_literals;

namespace {

constexpr std::size_t kib = 1024;
constexpr std::size_t mib = 1024 * kib;

std::string repeated(const std::string& pattern, std::size_t size) {
    std::string text;
    text.reserve(size + pattern.size());
    while (text.size() < size) text += pattern;
    text.resize(size);
    return text;
}

std::string fragmented(unsigned opcode, const std::string& message, std::size_t fragment_bytes) {
    std::string frames;
    for (std::size_t at = 0; at < message.size(); at += fragment_bytes)
        frames += server_frame(at == 0 ? opcode : 0, message.substr(at, fragment_bytes),
                               at + fragment_bytes >= message.size());
    return frames;
}

/// A read of a worker takes 64 KiB.
std::vector<std::string> in_reads(const std::string& bytes) {
    return chopped(bytes, 64 * kib);
}

/// 9.1, 9.3, 9.5 with text, 9.2, 9.4, 9.6 with what is no UTF-8.
void each_size(const TakeCase& take, unsigned opcode) {
    const std::string pattern = opcode == 1 ? "BAsd7&jh23"s : "\x00\xfe\x23\xfa\xf0"s;
    const auto id = [&](int group, int number) {
        return "9." + std::to_string(group + (opcode == 1 ? 0 : 1)) + "." + std::to_string(number);
    };
    int number = 0;
    for (const std::size_t size : {64 * kib, 256 * kib, 1 * mib, 4 * mib, 8 * mib, 16 * mib}) {
        const std::string message = repeated(pattern, size);
        take(well(id(1, ++number), in_reads(server_frame(opcode, message)), {message}));
    }
    const std::string four = std::string(4 * mib, opcode == 1 ? '*' : '\xfe');
    number = 0;
    for (const std::size_t size :
         {64 * 1UL, 256 * 1UL, kib, 4 * kib, 16 * kib, 64 * kib, 256 * kib, mib, 4 * mib})
        take(well(id(3, ++number), in_reads(fragmented(opcode, four, size)), {four}));
    const std::string one = repeated(pattern, mib);
    number = 0;
    for (const std::size_t size : {64, 128, 256, 512, 1024, 2048})
        take(well(id(5, ++number), chopped(server_frame(opcode, one), size), {one}));
}

/// 9.7 and 9.8: a thousand small messages.
void each_of_many(const TakeCase& take, unsigned opcode) {
    int number = 0;
    for (const std::size_t size : {0, 16, 64, 256, 1024, 4096}) {
        const std::string message(size, opcode == 1 ? '*' : '\xfe');
        take(well((opcode == 1 ? "9.7." : "9.8.") + std::to_string(++number),
                  std::vector<std::string>(1000, server_frame(opcode, message)),
                  std::vector<std::string>(1000, message)));
    }
}

}  // namespace

void each_autobahn_limit(const TakeCase& take) {
    for (const unsigned opcode : {1U, 2U}) {
        each_size(take, opcode);
        each_of_many(take, opcode);
    }
    const std::string message(65536, '*');
    take(well("10.1.1", in_reads(fragmented(1, message, 1300)), {message}));
}

}  // namespace pushbench::loadgen
