#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "loadgen/dialects/dialect.hpp"
#include "loadgen/transport/protocol.hpp"

namespace pushbench::loadgen {

/// What a subscription gives to templates. Holds the text of its numbers: keep it as long as the values.
class SubscriptionValues {
 public:
    explicit SubscriptionValues(const Subscription& what);
    SubscriptionValues(const SubscriptionValues&) = delete;
    SubscriptionValues& operator=(const SubscriptionValues&) = delete;
    [[nodiscard]] const TemplateValues& values() const { return values_; }
    TemplateValues& values() { return values_; }

 private:
    char digits_[12];
    TemplateValues values_;
};

/// Header fields that a transport needs: name and value.
using OwnHeaders = std::initializer_list<std::pair<std::string_view, std::string_view>>;

/// Appends a GET request (RFC 9112 §3) as the dialect has it: path, cursor and wait where they belong, Host,
/// the transport's own fields unless the dialect says them otherwise, its fields, the empty line.
void append_get(const Speech& speech, const Subscription& what, OwnHeaders own, std::string& out);

/// "GET /events?topic=news", for messages.
std::string shown_request(const Speech& speech, const Subscription& what);

/// A cursor of several parts is one text, with line feeds between. The part of that index; empty if there is
/// none.
std::string_view cursor_part(std::string_view cursor, std::size_t index);

/// The value behind `"name":` in a JSON object, without quotes: where the cursor is found that is a key.
/// Looks for the first such key at any depth; escapes in a text are left as they are.
std::string_view value_of_key(std::string_view json, std::string_view name);

}  // namespace pushbench::loadgen
