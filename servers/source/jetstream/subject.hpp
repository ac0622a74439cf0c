#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pushbench::jetstream {

/// A topic's name as one token of a NATS subject, whatever is in the name: letters, digits and a few signs
/// stand for themselves, all else is `%` and two digits, as in a URL. No two names have the same token.
std::string to_token(std::string_view topic);
/// Empty where it is no token that to_token() makes: each topic has one subject only.
std::optional<std::string> from_token(std::string_view token);

/// The part before the wildcard of a stream's subject, `S` of `S.*` and of `S.>`. Empty where it is neither.
std::optional<std::string> prefix_of(std::string_view stream_subject);
/// The last token of `subject`, where only `prefix` stands before it.
std::optional<std::string_view> token_behind(std::string_view prefix, std::string_view subject);

/// Whether a subscription, or a stream, of `pattern` gets what is published to `subject`.
bool captures(std::string_view pattern, std::string_view subject);

/// Where somebody's own NATS client asks for a publication: this and a topic's token behind it.
std::string publish_prefix(std::string_view stream);

}  // namespace pushbench::jetstream
