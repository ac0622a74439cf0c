#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "loadgen/message/stamp.hpp"

namespace pushbench::loadgen {

/// How a time and a sequence are found in what comes.
enum class MessageKind : std::uint8_t {
    json,    ///< our servers' JSON: one stamp a message
    marker,  ///< a short token anywhere in the text: any number of stamps a message
    opaque   ///< not at all: messages are counted, and nothing can be lost or late
};

/// "json, marker or opaque": for help and messages.
inline constexpr std::string_view message_kind_names = "json, marker or opaque";
std::optional<MessageKind> message_kind(std::string_view name);
std::string_view name_of(MessageKind kind);

/// Takes the stamps off messages of one kind. One for each thread; it allocates only where a topic has
/// escapes, and then once.
class MessageReader {
 public:
    explicit MessageReader(MessageKind kind) : kind_{kind} {}
    [[nodiscard]] MessageKind kind() const { return kind_; }

    /// The next stamp of a whole message, of which `rest` is what was not yet read. After `found` there may
    /// be more where `rest` is not empty; anything else ends it, and is a fault only where none was found.
    Find next(std::string_view& rest, Stamp& stamp);

 private:
    MessageKind kind_;
    std::string scratch_;
};

/// The beginning of what came, for a message to a person: 64 bytes at most, with a dot for each that is not
/// printable ASCII, and "..." where there was more.
std::string excerpt(std::string_view bytes);

}  // namespace pushbench::loadgen
