#include "loadgen/transport/sse/parser.hpp"

#include <charconv>
#include <cstring>

namespace pushbench::loadgen {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// Where the first CR or LF stands. JSON has neither inside, so two runs of memchr beat a loop by far.
std::size_t line_end(std::string_view bytes) {
    const auto lf = bytes.find('\n');
    return std::min(lf, bytes.substr(0, lf).find('\r'));
}

}  // namespace

void SseParser::feed(std::string_view bytes, SseSink& sink) {
    std::string_view rest = carry_.join(bytes);
    if (!begun_) {
        const bool may_be_mark = byte_order_mark.starts_with(rest.substr(0, byte_order_mark.size()));
        if (may_be_mark && rest.size() < byte_order_mark.size()) return carry_.keep(rest);
        if (may_be_mark) rest.remove_prefix(byte_order_mark.size());
        begun_ = true;
    }
    while (true) {
        if (skip_lf_ && !rest.empty()) {
            if (rest.front() == '\n') rest.remove_prefix(1);
            skip_lf_ = false;
        }
        const auto end = line_end(rest);
        if (end == std::string_view::npos) break;
        skip_lf_ = rest[end] == '\r';
        line(rest.substr(0, end), sink);
        rest.remove_prefix(end + 1);
    }
    if (has_data_) own_data();  // the bytes go away now
    carry_.keep(rest);
}

void SseParser::line(std::string_view line, SseSink& sink) {
    if (line.empty()) return dispatch(sink);
    const auto colon = line.find(':');
    if (colon == 0) return;  // a comment
    auto value = colon == std::string_view::npos ? std::string_view{} : line.substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    field(line.substr(0, colon), value, sink);
}

void SseParser::field(std::string_view name, std::string_view value, SseSink& sink) {
    if (name == "data") {
        add_data(value);
    } else if (name == "id") {
        if (value.find('\0') == std::string_view::npos) last_event_id_ = value;
    } else if (name == "event") {
        type_ = value;
    } else if (name == "retry") {
        std::uint32_t delay_ms = 0;
        const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), delay_ms);
        if (error == std::errc{} && end == value.data() + value.size()) sink.on_retry_ms(delay_ms);
    }
}

void SseParser::add_data(std::string_view value) {
    if (!has_data_) {
        piece_ = value;
        has_data_ = true;
        owned_ = false;
        return;
    }
    own_data();
    data_ += '\n';
    data_ += value;
}

void SseParser::own_data() {
    if (owned_) return;
    data_ = piece_;
    owned_ = true;
}

void SseParser::dispatch(SseSink& sink) {
    if (has_data_) sink.on_event(type_, owned_ ? std::string_view{data_} : piece_);
    if (data_.capacity() > 4096) std::string{}.swap(data_);  // an idle stream holds no memory for it
    data_.clear();
    type_.clear();
    has_data_ = owned_ = false;
}

}  // namespace pushbench::loadgen
