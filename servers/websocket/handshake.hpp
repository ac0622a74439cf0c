#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/system/error_code.hpp>
#include <string>

#include "http/message.hpp"

namespace pushbench::websocket {

/// Beast's answer to the opening handshake (RFC 6455 §4.2.2). With `error` it is a refusal that says why,
/// after which the connection is to be closed.
std::string handshake_answer(const HttpRequest& request, boost::asio::io_context& io,
                             boost::system::error_code& error);

}  // namespace pushbench::websocket
