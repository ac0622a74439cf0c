#include "loadgen/transport/sse/parser.hpp"

#include <algorithm>
#include <charconv>

#include "loadgen/transport/limits.hpp"

namespace pushbench::loadgen {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// The ends of the lines of a text, in their order. Each byte is looked at twice at most, whatever ends the
/// lines: a stream of CRs must not be searched to its end for an LF again and again.
class LineEnds {
 public:
    LineEnds(std::string_view text, std::size_t from)
        : text_{text}, lf_{text.find('\n', from)}, cr_{text.find('\r', from)} {}

    /// The first at or behind `at`; npos where there is none.
    std::size_t next(std::size_t at) {
        if (lf_ < at) lf_ = text_.find('\n', at);
        if (cr_ < at) cr_ = text_.find('\r', at);
        return std::min(lf_, cr_);
    }

 private:
    std::string_view text_;
    std::size_t lf_;
    std::size_t cr_;
};

/// What stands behind the colon, without the one space that may follow it; nothing where there is no colon.
std::string_view value_behind(std::string_view line, std::size_t colon) {
    if (colon == std::string_view::npos) return {};
    line.remove_prefix(colon + 1);
    if (line.starts_with(' ')) line.remove_prefix(1);
    return line;
}

}  // namespace

bool SseParser::feed(std::string_view bytes, SseSink& sink) {
    if (too_long_) return false;
    const std::size_t searched = begun_ ? carry_.size() : 0;  // there is no end of a line in it
    std::string_view text = carry_.join(bytes);
    if (!begun_ && !past_mark(text)) return true;
    Block block = held_ ? held_->block : Block{};
    LineEnds ends{text, searched};
    std::size_t at = 0;
    while (!too_long_) {
        if (skip_lf_ && at != text.size()) {
            if (text[at] == '\n') ++at;
            skip_lf_ = false;
        }
        const std::size_t end = ends.next(at);
        if (end == std::string_view::npos) break;
        skip_lf_ = text[end] == '\r';
        line(text.substr(at, end - at), block, sink);
        at = end + 1;
    }
    if (text.size() - at > longest_message_bytes) too_long_ = true;
    if (too_long_) {
        held_.reset();
        carry_.clear();
        return false;
    }
    if (held_ || !block.empty()) hold(block);  // the bytes go away now
    carry_.keep(text.substr(at));
    return true;
}

/// The mark may stand at the very beginning (§9.2.5). False while it is not known whether it does.
bool SseParser::past_mark(std::string_view& text) {
    const bool may_be_mark = byte_order_mark.starts_with(text.substr(0, byte_order_mark.size()));
    if (may_be_mark && text.size() < byte_order_mark.size()) {
        carry_.keep(text);
        return false;
    }
    if (may_be_mark) text.remove_prefix(byte_order_mark.size());
    begun_ = true;
    return true;
}

void SseParser::line(std::string_view line, Block& block, SseSink& sink) {
    if (line.empty()) return dispatch(block, sink);
    // Nearly all lines begin so; looking for the colon would cost as much as all the rest.
    if (line.starts_with("data:")) return add_data(value_behind(line, 4), block);
    if (line.starts_with("id:")) return set_id(value_behind(line, 2), block);
    const auto colon = line.find(':');
    if (colon == 0) return;  // a comment
    field(line.substr(0, colon), value_behind(line, colon), block, sink);
}

void SseParser::field(std::string_view name, std::string_view value, Block& block, SseSink& sink) {
    if (name == "data") {
        add_data(value, block);
    } else if (name == "id") {
        set_id(value, block);
    } else if (name == "event") {
        block.type = value;
    } else if (name == "retry") {
        std::uint32_t delay_ms = 0;
        const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), delay_ms);
        if (value.empty() || end != value.data() + value.size()) return;  // digits only
        sink.on_retry_ms(error == std::errc{} ? delay_ms : UINT32_MAX);
    }
}

void SseParser::set_id(std::string_view value, Block& block) {
    if (value.find('\0') != std::string_view::npos) return;
    block.id = value;
    block.has_id = true;
}

void SseParser::add_data(std::string_view value, Block& block) {
    if (!block.has_data) {
        block.data = value;
        block.has_data = true;
        return;
    }
    if (block.data.size() + 1 + value.size() > longest_message_bytes) {
        too_long_ = true;
        return;
    }
    std::string& data = held().data;
    if (!block.data_held) data = block.data;
    data += '\n';
    data += value;
    block.data = data;
    block.data_held = true;
}

/// §9.2.6, "dispatch the event": the ID counts even where there is no data, and then there is no event.
void SseParser::dispatch(Block& block, SseSink& sink) {
    if (block.has_id) last_event_id_ = block.id;
    if (block.has_data) sink.on_event({block.type, block.data, last_event_id_});
    block = Block{};
    if (!held_) return;
    let_go(held_->type);
    let_go(held_->data);
    let_go(held_->id);
}

/// Keeps what an unfinished event has so far, since the bytes it was read from go away.
void SseParser::hold(Block& block) {
    Held& to = held();
    const auto own = [](std::string& kept, std::string_view& view) {
        if (view.data() != kept.data()) kept = view;
        view = kept;
    };
    own(to.type, block.type);
    own(to.id, block.id);
    if (block.has_data) own(to.data, block.data);
    block.data_held = block.has_data;
    to.block = block;
}

SseParser::Held& SseParser::held() {
    if (!held_) held_ = std::make_unique<Held>();
    return *held_;
}

}  // namespace pushbench::loadgen
