// The load generator with one more transport: "floor", notifications as lines over bare TCP. The client says
// one line, its topic, and the server frames nothing, so what is left is what the kernel and the engine cost.
#include <array>

#include "loadgen/cli.hpp"
#include "loadgen/client/carry.hpp"
#include "loadgen/client/protocol.hpp"

namespace pushbench::loadgen {
namespace {

class LineClient final : public Protocol {
 public:
    void request(const Subscription& what, std::string& out) override {
        carry_.clear();
        out.append(what.topic).append("\n");
    }

    Next received(std::string_view bytes, Receiver& to, std::string& /*out*/) override {
        std::string_view rest = carry_.join(bytes);
        for (auto end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
            to.on_notification(rest.substr(0, end));
            rest.remove_prefix(end + 1);
        }
        carry_.keep(rest);
        return Next::go_on;
    }

 private:
    Carry carry_;
};

std::unique_ptr<Protocol> make_line_client() {
    return std::make_unique<LineClient>();
}

}  // namespace
}  // namespace pushbench::loadgen

int main(int argc, char** argv) {
    using namespace pushbench::loadgen;
    constexpr std::array<Transport, 1> rows = {
        {{"floor", Pace::once, Opening::by_connect, make_line_client}}};
    return loadgen_main(argc, argv, rows);
}
