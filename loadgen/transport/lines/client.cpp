#include "loadgen/transport/lines/client.hpp"

#include "loadgen/wire/carry.hpp"

namespace pushbench::loadgen {
namespace {

class LineClient final : public Protocol {
 public:
    void request(const Subscription& what, std::string& out) override {
        out.append(what.encoded_topic).append("\n");
    }

    Next received(std::string_view bytes, Receiver& to, std::string& /*out*/) override {
        std::string_view rest = carry_.join(bytes);
        for (auto end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
            to.on_message(rest.substr(0, end));
            rest.remove_prefix(end + 1);
        }
        carry_.keep(rest);
        return Next::go_on;
    }

 private:
    Carry carry_;
};

}  // namespace

std::unique_ptr<Protocol> make_line_client(const Speech& /*speech*/) {
    return std::make_unique<LineClient>();
}

}  // namespace pushbench::loadgen
