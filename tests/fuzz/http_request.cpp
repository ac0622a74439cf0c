// Requests, one behind the other as on a connection that is kept, are read alike however they are cut, and
// what is held of them stays within the limits.
#include "http/query.hpp"
#include "http/reader.hpp"
#include "pieces.hpp"

namespace pushbench::fuzz {
namespace {

/// Small enough for a fuzzer to reach.
Limits limits_of_a_fuzzer() {
    Limits limits;
    limits.target_bytes = 256;
    limits.header_line_bytes = 256;
    limits.header_bytes = 512;
    limits.header_lines = 16;
    limits.chunk_line_bytes = 64;
    limits.chunk_extension_bytes = 128;
    return limits;
}
const Limits kLimits = limits_of_a_fuzzer();
constexpr std::size_t kMostBodyBytes = 512;

struct Reading {
    bool operator()(std::string_view piece) {
        while (true) {
            const std::size_t before = piece.size();
            const auto state = reader.read(piece);
            must_hold(reader.head().text.size() <= 2048 && reader.body().size() <= kMostBodyBytes,
                      "what is held stays within the limits");
            switch (state) {
                case HttpReader::State::more:
                    must_hold(piece.empty(), "bytes are left only behind a request");
                    return true;
                case HttpReader::State::head:
                    note_head();
                    reader.accept_body(kMostBodyBytes);
                    break;
                case HttpReader::State::whole:
                    out.append("body ").append(reader.body()).append("\n");
                    must_hold(piece.size() <= before, "a request takes bytes");
                    reader.reset();
                    break;
                case HttpReader::State::refused:
                    must_hold(reader.refusal().status >= 400, "a refusal has a status");
                    out += "refused " + std::to_string(reader.refusal().status) + " " + reader.refusal().line;
                    over = true;
                    return false;
            }
        }
    }
    std::string told() { return over || !reader.has_begun() ? out : out + "..."; }

    void note_head() {
        const RequestHead& head = reader.head();
        out.append(head.method()).append(" ").append(head.target()).append(" of ").append(head.authority());
        out.append(head.keeps_alive() ? " keeps\n" : " closes\n");
        head.for_each_field([this](std::string_view name, std::string_view value) {
            must_hold(value.find_first_of("\r\n") == std::string_view::npos, "a value is of one line");
            out.append(name).append(": ").append(value).append("\n");
        });
        if (const auto target = parse_target(head.target())) out.append(target->path).append("\n");
    }

    HttpReader reader{kLimits};
    std::string out;
    bool over = false;
};

}  // namespace
}  // namespace pushbench::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace pushbench::fuzz;
    const Input input{data, size};
    must_read_alike<Reading>(input);
    return 0;
}
