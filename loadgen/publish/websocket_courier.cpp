#include "loadgen/publish/websocket_courier.hpp"

#include "loadgen/transport/websocket/client.hpp"
#include "loadgen/transport/websocket/client_frame.hpp"
#include "loadgen/wire/percent.hpp"

namespace pushbench::loadgen {

WebSocketCourier::WebSocketCourier(const Route& route, std::uint32_t number, std::string topic,
                                   std::string token)
    : route_{route},
      number_{number},
      topic_{std::move(topic)},
      encoded_topic_{percent_encoded(topic_)},
      token_{std::move(token)} {}

void WebSocketCourier::begin(std::string& out) {
    ready_ = false;
    problem_.clear();
    protocol_ = make_websocket_client(route_.speech);
    protocol_->request({.target = route_.target,
                        .topic = topic_,
                        .encoded_topic = encoded_topic_,
                        .cursor = {},
                        .client = number_,
                        .token = token_},
                       out);
}

void WebSocketCourier::send(const TemplateValues& values, std::string& out) {
    message_.clear();
    route_.body.append(values, message_);
    append_client_frame(out, route_.speech.binary ? Opcode::binary : Opcode::text, message_);
}

Heard WebSocketCourier::received(std::string_view bytes, std::string& out) {
    Heard heard;
    heard.over = protocol_->received(bytes, *this, out) == Next::close;
    heard.problem = problem_;
    return heard;
}

}  // namespace pushbench::loadgen
