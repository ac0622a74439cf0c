#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pushbench::loadgen {

/// What a template may name, each as text that outlives append(). What is not known is empty.
struct TemplateValues {
    std::string_view i;        ///< number of the client, from 0
    std::string_view topic;    ///< as it was given, not encoded
    std::string_view cursor;   ///< where to go on from; empty: from here
    std::string_view token;    ///< of this client, a line of --tokens
    std::string_view payload;  ///< the filling of a notification
    std::string_view marker;   ///< by which a notification is found again, see message/
    std::string_view seq;
    std::string_view due_ns;   ///< CLOCK_MONOTONIC
    std::string_view sent_ns;  ///< CLOCK_MONOTONIC
};

/// A text with names in braces: "/sub/{topic}?token={token}".
///
/// A brace that is not the beginning of `{name}` (lower-case letters and '_') stands for itself, so that JSON
/// needs no escaping; "{{name}}" is the text "{name}". Behind a name come filters: `{topic|json}` is fit for
/// the inside of a JSON string, `{topic|json|json}` for one in a JSON string in a JSON string, `{topic|url}`
/// for a path or query (RFC 3986 §2.1), `{topic|base64}` as in RFC 4648 §4; `{topic|raw}` takes away what the
/// place would do by itself. `{bytes}` is the size of marker and payload together, as a decimal number.
class Template {
 public:
    /// Where a text is used, and so what is done to values that name no filter.
    enum class Place : std::uint8_t {
        text,    ///< nothing
        url,     ///< percent-encoded
        header,  ///< control characters are percent-encoded: a value can add no line
    };
    using Names = std::span<const std::string_view>;
    /// What can be named on the way to a subscription, and where notifications are published.
    static constexpr std::string_view of_subscriber[] = {"i", "topic", "cursor", "token"};
    static constexpr std::string_view of_publisher[] = {"topic", "token", "payload", "marker",
                                                        "bytes", "seq",   "due_ns",  "sent_ns"};

    Template() = default;
    /// Throws Failure that says which name or filter there is not, and which there are.
    Template(std::string_view text, Place place, Names names);

    /// Appends the text with the values in it. Allocates nothing beyond `out`, but for two filters in a row.
    void append(const TemplateValues& values, std::string& out) const;
    [[nodiscard]] std::string with(const TemplateValues& values) const;

    /// It names values, and all of them are empty.
    [[nodiscard]] bool has_nothing(const TemplateValues& values) const;
    [[nodiscard]] bool empty() const { return pieces_.empty(); }
    [[nodiscard]] bool names(std::string_view name) const;
    [[nodiscard]] const std::string& text() const { return text_; }

 private:
    enum class Filter : std::uint8_t { json, url, base64, header };
    struct Piece {
        std::string literal;                                ///< comes before the value
        std::string_view TemplateValues::*value = nullptr;  ///< null: literal only, or bytes
        bool bytes = false;
        std::vector<Filter> filters;
    };

    Piece piece_of(std::string_view inside, Place place, Names names) const;
    static void append_filtered(Filter filter, std::string_view value, std::string& out);

    std::string text_;
    std::vector<Piece> pieces_;
};

}  // namespace pushbench::loadgen
