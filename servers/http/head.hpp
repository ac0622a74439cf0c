#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "http/refusal.hpp"

namespace pushbench {

/// The head of a request: its line and its fields, as HTTP/1.1 allows them (RFC 9112 §3, §5, §6). The reader
/// appends to `text` and hands it line by line; names and values are places in it.
class RequestHead {
 public:
    enum class Body : std::uint8_t { none, sized, chunked };

    std::string_view method() const { return at(method_); }
    std::string_view target() const { return at(target_); }
    bool is_http_1_0() const { return http_1_0_; }
    bool is_absolute() const;  ///< the target names scheme and authority as well

    /// The value of the first field of that name; empty if there is none.
    std::string_view header(std::string_view name) const;
    std::size_t count(std::string_view name) const;
    /// Whether a list holds an element. Lines of the same name are one list (RFC 9110 §5.3).
    bool lists(std::string_view name, std::string_view element) const;
    template <class Action>
    void for_each_field(Action action) const {
        for (const Field& field : fields_) action(at(field.name), at(field.value));
    }

    /// What the client calls this server: of an absolute target, else of Host (RFC 9112 §3.2.2).
    std::string_view authority() const;
    /// Whether the client wants to go on with the connection (RFC 9112 §9.3).
    bool keeps_alive() const { return !says_close_ && (!http_1_0_ || says_keep_alive_); }
    bool expects_continue() const { return expects_continue_; }
    Body body() const { return body_; }
    std::uint64_t body_bytes() const { return length_; }  ///< of one that is sized

    // For the reader. Lines lie in `text`, without their ends.
    MayRefuse take_request_line(std::size_t begin, std::size_t size, std::size_t most_target_bytes);
    MayRefuse take_field_line(std::size_t begin, std::size_t size);
    /// The head is complete: what holds of it as a whole.
    MayRefuse finish();
    void clear();
    std::string text;

 private:
    struct Place {
        std::uint32_t begin = 0;
        std::uint32_t size = 0;
    };
    struct Field {
        Place name;
        Place value;
    };
    std::string_view at(Place place) const { return std::string_view{text}.substr(place.begin, place.size); }
    void note(std::string_view name, std::string_view value);
    MayRefuse check_host() const;
    MayRefuse find_body();
    MayRefuse find_chunked();

    Place method_;
    Place target_;
    std::vector<Field> fields_;
    std::uint64_t length_ = 0;
    std::uint32_t hosts_ = 0;
    std::uint32_t origins_ = 0;
    std::uint32_t lengths_ = 0;
    Body body_ = Body::none;
    bool http_1_0_ = false;
    bool says_close_ = false;
    bool says_keep_alive_ = false;
    bool expects_continue_ = false;
    bool expects_other_ = false;
    bool encoded_ = false;  // there is a Transfer-Encoding
};

/// A field line without its end: `name: value`. Null if it is well formed, else what is wrong with it.
const char* wrong_with_field_line(std::string_view line);

}  // namespace pushbench
