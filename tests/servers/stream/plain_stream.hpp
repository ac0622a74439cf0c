#pragma once

#include <string>
#include <string_view>

#include "stream/stream.hpp"

namespace pushbench {

/// Entries of tests have their bytes already.
inline std::string plain_frames(const Notification&, const Epoch&) {
    return {};
}

/// The plainest protocol on a stream: all that it says is readable.
class PlainStream final : public Stream {
 public:
    /// As words of its own in them, in place of the bytes that all get.
    explicit PlainStream(bool copies = false) : copies_(copies) {}

    void on_bytes(std::span<char> bytes, Worker&) override {
        const std::string_view text{bytes.data(), bytes.size()};
        heard += text;
        if (text == "quit") return finish("(quit)");
        send("(heard " + std::string{text} + ")");
    }

    std::string heard;
    bool answers = true;

 private:
    Framing framing() const override { return copies_ ? Framing{} : Framing{plain_frames}; }
    std::string encode_gap(const Gap& gap) const override {
        return "(gap " + std::to_string(gap.after) + "-" + std::to_string(gap.first) + ")";
    }
    std::string_view heartbeat(std::int64_t) override { return "(beat)"; }
    std::string goodbye() const override { return "(bye)"; }
    bool is_answered(std::int64_t, std::int64_t) const override { return answers; }
    std::string copy_of(const Entry& entry) const override {
        return "<" + reader().cursor_text() + entry.frame(plain_frames) + ">";
    }

    const bool copies_;
};

}  // namespace pushbench
