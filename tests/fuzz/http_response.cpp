// Responses, one behind the other as on a connection that is kept, give the same heads and bodies however
// they are cut.
#include "loadgen/wire/http_response.hpp"
#include "pieces.hpp"

namespace pushbench::fuzz {
namespace {

using loadgen::HttpResponse;

struct Responses final : loadgen::ResponseSink {
    void on_head(const loadgen::ResponseHead& head) override {
        must_hold(head.status >= 100 && head.status <= 999, "a status has three digits");
        told += "head " + loadgen::describe(head) + "\n" + std::string{head.lines} + "\n";
    }
    void on_body(std::string_view piece) override { told += piece; }
    void on_end() override { told += "\nend\n"; }

    std::string told;
};

struct Reading {
    bool operator()(std::string_view piece) {
        while (true) {
            std::string_view rest;
            const auto state = response.read(piece, responses, rest);
            if (state == HttpResponse::State::reading) return true;
            if (state != HttpResponse::State::whole) {
                responses.told += state == HttpResponse::State::broken
                                      ? "broken: " + std::string{response.why()}
                                      : "upgraded";
                over = true;
                return false;
            }
            must_hold(rest.size() < piece.size() || piece.empty(), "a response takes bytes");
            if (rest.empty()) return true;
            piece = rest;
        }
    }
    std::string told() {
        if (!over && response.closed(responses)) responses.told += "closed";
        return responses.told;
    }

    HttpResponse response;
    Responses responses;
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
