#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace pushbench::loadgen {

/// Text that mostly is empty, in the 8 bytes that this then takes: there are many who have some.
class RareText {
 public:
    RareText& operator=(std::string_view text) {
        if (text.empty())
            text_.reset();
        else if (text_)
            *text_ = text;
        else
            text_ = std::make_unique<std::string>(text);
        return *this;
    }
    RareText& operator+=(std::string_view text) {
        if (text_)
            *text_ += text;
        else
            *this = text;
        return *this;
    }
    [[nodiscard]] bool empty() const { return text_ == nullptr; }
    [[nodiscard]] std::string_view view() const {
        return text_ ? std::string_view{*text_} : std::string_view{};
    }
    /// Gives it away; what is left is empty.
    [[nodiscard]] std::string take() {
        std::string text;
        if (text_) text.swap(*text_);
        text_.reset();
        return text;
    }

 private:
    std::unique_ptr<std::string> text_;
};

}  // namespace pushbench::loadgen
