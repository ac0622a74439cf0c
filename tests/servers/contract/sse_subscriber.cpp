#include <stdexcept>

#include "servers/contract/subscriber.hpp"

namespace pushbench::contract {
namespace {

/// Reads the stream as the WHATWG standard says, line by line; every line this server sends ends with LF.
class SseSubscriber final : public Subscriber {
 public:
    SseSubscriber(std::uint16_t port, const Following& following)
        : socket_(port, following.receive_buffer_bytes), id_(following.after.value_or("")) {
        socket_.send("GET /events" + following.query() + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        const std::string head = socket_.read_until("\r\n\r\n");
        if (!head.starts_with("HTTP/1.1 200 ")) throw std::runtime_error("events: " + head);
        if (head.find("\r\nTransfer-Encoding: chunked\r\n") == std::string::npos)
            throw std::runtime_error("not chunked: " + head);
    }
    std::string cursor() override { return id_; }
    void vanish() override { socket_.reset(); }

 private:
    void read_more() override {
        const std::string size = socket_.read_until("\r\n");
        if (!size.ends_with("\r\n")) return end();
        const std::size_t bytes = std::stoul(size, nullptr, 16);
        const std::string chunk = socket_.read_exactly(bytes + 2);
        if (chunk.size() < bytes + 2) return end();
        if (!chunk.ends_with("\r\n"))
            throw std::runtime_error("a chunk that ends otherwise: " + size + chunk);
        if (bytes == 0) return end();
        text_.append(chunk, 0, bytes);
        std::size_t at = 0;
        for (std::size_t line_end; (line_end = text_.find('\n', at)) != std::string::npos; at = line_end + 1)
            on_line(std::string_view{text_}.substr(at, line_end - at));
        text_.erase(0, at);
    }

    void end() { events_.emplace_back(); }

    void on_line(std::string_view line) {
        if (line.empty()) return dispatch();
        const auto colon = line.find(':');
        if (colon == 0) return;  // a comment
        const std::string_view field = line.substr(0, colon);
        std::string_view value = line.substr(colon + 1);
        if (value.starts_with(' ')) value.remove_prefix(1);
        if (field == "data") data_.append(value).append("\n");
        if (field == "event") event_ = value;
        if (field == "id") id_ = value;
    }

    void dispatch() {
        if (!data_.empty()) {
            events_.push_back(event_of(data_));
            const bool named_gap = event_ == "gap";
            if (named_gap != (events_.back().kind == Event::Kind::gap) || (!named_gap && !event_.empty()))
                throw std::runtime_error("wrong event type '" + event_ + "' for " + data_);
        }
        data_.clear();
        event_.clear();
    }

    Socket socket_;
    std::string text_;  // without chunks; the beginning of a line
    std::string id_, event_, data_;
};

}  // namespace

std::unique_ptr<Subscriber> subscribe_by_sse(std::uint16_t port, const Following& following) {
    return std::make_unique<SseSubscriber>(port, following);
}

}  // namespace pushbench::contract
