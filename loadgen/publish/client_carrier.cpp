#include "loadgen/publish/client_carrier.hpp"

#include "loadgen/measure/clock.hpp"

namespace pushbench::loadgen {

void ClientCarrier::send(Letter letter, std::int64_t now_ns) {
    letter.sent_ns = loadgen::now_ns();
    std::string message;
    route_.body.append(book_.write(letter), message);
    say_(client_, std::move(message));
    book_.on_taken(letter, 0, now_ns);
}

}  // namespace pushbench::loadgen
