#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <map>
#include <stdexcept>

#include "servers/contract/subscriber.hpp"

namespace pushbench::contract {
namespace {

class WebsocketSubscriber final : public Subscriber {
 public:
    WebsocketSubscriber(std::uint16_t port, const Following& following)
        : topics_(following.topics), stream_(Socket{port, following.receive_buffer_bytes}) {
        if (topics_.empty()) topics_.push_back("default");
        stream_.read_message_max(16 * 1024 * 1024);
        stream_.handshake("127.0.0.1", "/ws" + following.query());
    }
    std::string cursor() override {
        std::string text = epoch_.empty() ? "" : epoch_ + "-";
        for (const std::string& topic : topics_) {
            const auto found = seen_.find(topic);
            if (&topic != &topics_.front()) text += ',';
            text += std::to_string(found == seen_.end() ? 0 : found->second);
        }
        return text;
    }
    void vanish() override { stream_.next_layer().reset(); }

 private:
    void read_more() override {
        boost::beast::flat_buffer buffer;
        boost::system::error_code error;
        stream_.read(buffer, error);
        if (error == boost::asio::error::timed_out) return;
        if (error) {
            events_.emplace_back();
            return;
        }
        if (!stream_.got_text()) throw std::runtime_error("expected a text message");
        events_.push_back(event_of(boost::beast::buffers_to_string(buffer.data())));
        const Event& event = events_.back();
        epoch_ = event.cursor.substr(0, event.cursor.find('-'));
        seen_[event.topic] = event.kind == Event::Kind::gap ? event.first - 1 : event.seq;
    }

    std::vector<std::string> topics_;
    std::string epoch_;  // the life of the server that the numbers are of
    std::map<std::string, std::uint64_t> seen_;
    boost::beast::websocket::stream<Socket> stream_;
};

}  // namespace

std::unique_ptr<Subscriber> subscribe_by_websocket(std::uint16_t port, const Following& following) {
    return std::make_unique<WebsocketSubscriber>(port, following);
}

}  // namespace pushbench::contract
