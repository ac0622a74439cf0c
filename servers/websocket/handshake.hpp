#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/system/error_code.hpp>
#include <optional>
#include <string>

#include "http/message.hpp"

namespace pushbench::websocket {

/// What is wrong with an opening handshake that Beast would take, or refuse without saying what would be
/// right (RFC 6455 §4.2.1, §4.4).
std::optional<Response> refuse_handshake(const HttpRequest& request);

/// Beast's answer to the opening handshake (RFC 6455 §4.2.2). With `error` there is none.
std::string handshake_answer(const HttpRequest& request, boost::asio::io_context& io,
                             boost::system::error_code& error);

}  // namespace pushbench::websocket
