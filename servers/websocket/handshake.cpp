#include "websocket/handshake.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <string_view>

namespace pushbench::websocket {
namespace {

namespace http = boost::beast::http;

/// 16 bytes in base64 are 22 characters and two of padding (RFC 4648 §4).
bool is_key(std::string_view key) {
    static constexpr std::string_view kAlphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    return key.size() == 24 && key.ends_with("==") &&
           key.substr(0, 22).find_first_not_of(kAlphabet) == std::string_view::npos;
}

Response upgrade_required(std::string_view line) {
    return text_response(426, line,
                         "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n");
}

/// Takes what Beast writes, for the session to send as its first bytes. So Beast's stream, which would cost
/// each idle connection more than all the rest, lives for the length of the handshake only.
class Answer {
 public:
    using executor_type = boost::asio::io_context::executor_type;

    Answer(boost::asio::io_context& io, std::string& bytes) : io_(io), bytes_(bytes) {}
    executor_type get_executor() const { return io_.get_executor(); }

    template <class Buffers>
    std::size_t write_some(const Buffers& buffers, boost::system::error_code& error) {
        error = {};
        const std::size_t before = bytes_.size();
        for (auto each = boost::asio::buffer_sequence_begin(buffers);
             each != boost::asio::buffer_sequence_end(buffers); ++each) {
            const boost::asio::const_buffer piece{*each};
            bytes_.append(static_cast<const char*>(piece.data()), piece.size());
        }
        return bytes_.size() - before;
    }
    template <class Buffers>
    std::size_t write_some(const Buffers& buffers) {
        boost::system::error_code ignored;
        return write_some(buffers, ignored);
    }
    /// The request has been read already; nothing more is needed.
    template <class Buffers>
    std::size_t read_some(const Buffers&, boost::system::error_code& error) {
        error = boost::asio::error::eof;
        return 0;
    }
    template <class Buffers>
    std::size_t read_some(const Buffers&) {
        return 0;
    }

 private:
    boost::asio::io_context& io_;
    std::string& bytes_;
};

}  // namespace

std::optional<Response> refuse_handshake(const HttpRequest& request) {
    if (!boost::beast::websocket::is_upgrade(request))
        return upgrade_required("expected a WebSocket handshake");
    if (request.count(http::field::sec_websocket_version) > 1)
        return text_response(400, "Sec-WebSocket-Version comes twice: expected it once");
    if (request[http::field::sec_websocket_version] != "13")
        return upgrade_required("expected Sec-WebSocket-Version: 13");
    const auto key = request[http::field::sec_websocket_key];
    if (request.count(http::field::sec_websocket_key) != 1 || !is_key({key.data(), key.size()}))
        return text_response(400, "bad Sec-WebSocket-Key: expected 16 bytes in base64, once");
    return std::nullopt;
}

std::string handshake_answer(const HttpRequest& request, boost::asio::io_context& io,
                             boost::system::error_code& error) {
    std::string bytes;
    boost::beast::websocket::stream<Answer, false> stream{io, bytes};
    stream.accept(request, error);
    return bytes;
}

}  // namespace pushbench::websocket
