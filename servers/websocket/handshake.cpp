#include "websocket/handshake.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/beast/websocket/stream.hpp>

namespace pushbench::websocket {
namespace {

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

std::string handshake_answer(const HttpRequest& request, boost::asio::io_context& io,
                             boost::system::error_code& error) {
    std::string bytes;
    boost::beast::websocket::stream<Answer, false> stream{io, bytes};
    stream.accept(request, error);
    return bytes;
}

}  // namespace pushbench::websocket
