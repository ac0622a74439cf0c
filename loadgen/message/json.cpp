#include "loadgen/message/json.hpp"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <cstring>

#include "loadgen/message/number.hpp"

namespace pushbench::loadgen {
namespace {

namespace json = boost::json;

/// FNV-1a: an epoch is only ever compared, and so any text of it becomes a number. Never 0, which is none.
class EpochHash {
 public:
    void add(std::string_view text) {
        for (const char c : text) hash_ = (hash_ ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
    }
    [[nodiscard]] std::uint64_t value() const { return hash_ == 0 ? 1 : hash_; }

 private:
    std::uint64_t hash_ = 0xCBF29CE484222325U;
};

/// Reads what our servers write, piece by piece, from the front.
struct Scanner {
    const char* at;
    const char* end;

    /// Its size is known when this is compiled, and so it is compared word by word.
    template <std::size_t size>
    bool literal(const char (&text)[size]) {
        constexpr std::size_t length = size - 1;  // without the zero behind it
        if (static_cast<std::size_t>(end - at) < length || std::memcmp(at, text, length) != 0) return false;
        at += length;
        return true;
    }
    template <class Integer>
    bool number(Integer& value) {
        at = read_number(at, end, value);
        return at != nullptr;
    }
    bool plain_string(std::string_view& value) {
        const char* from = at;
        while (at != end && *at != '"' && *at != '\\') ++at;
        value = {from, static_cast<std::size_t>(at - from)};
        return literal("\"");
    }
    /// An epoch, where there is one: plain text or a whole number.
    bool epoch(std::uint64_t& value) {
        value = 0;
        if (!literal(R"(,"epoch":)")) return true;
        std::string_view text;
        if (literal("\"")) {
            if (!plain_string(text)) return false;
        } else {
            const char* from = at;
            std::int64_t number_of_it = 0;
            if (!number(number_of_it)) return false;
            text = {from, static_cast<std::size_t>(at - from)};
        }
        EpochHash hash;
        hash.add(text);
        value = hash.value();
        return true;
    }
};

bool read_in_our_order(std::string_view message, Stamp& stamp) {
    Scanner in{message.data(), message.data() + message.size()};
    return in.literal(R"({"seq":)") && in.number(stamp.seq) && in.literal(R"(,"topic":")") &&
           in.plain_string(stamp.topic) && in.literal(R"(,"due_ns":)") && in.number(stamp.due_ns) &&
           in.literal(R"(,"sent_ns":)") && in.number(stamp.sent_ns) && in.epoch(stamp.epoch) &&
           in.literal(R"(,"payload":)") && stamp.seq != 0;
}

/// Takes the stamp off a parse of any JSON, without building what is parsed.
class Handler {
 public:
    static constexpr std::size_t max_object_size = SIZE_MAX;
    static constexpr std::size_t max_array_size = SIZE_MAX;
    static constexpr std::size_t max_key_size = SIZE_MAX;
    static constexpr std::size_t max_string_size = SIZE_MAX;
    using Error = json::error_code;
    using Text = json::string_view;

    Handler(Stamp& stamp, std::string& topic) : stamp_{stamp}, topic_{topic} {
        stamp_ = {};
        topic_.clear();
    }
    /// Whether each of the five keys came, once at least, with a value of its kind.
    [[nodiscard]] bool complete() const { return seen_ == all_five; }

    bool on_document_begin(Error& /*e*/) { return true; }
    bool on_document_end(Error& /*e*/) { return true; }
    bool on_object_begin(Error& e) { return opens(e); }
    bool on_object_end(std::size_t /*n*/, Error& /*e*/) { return closes(); }
    bool on_array_begin(Error& e) { return opens(e); }
    bool on_array_end(std::size_t /*n*/, Error& /*e*/) { return closes(); }
    bool on_key_part(Text part, std::size_t /*n*/, Error& /*e*/) { return add_to_key(part); }
    bool on_key(Text part, std::size_t /*n*/, Error& /*e*/) {
        add_to_key(part);
        key_ = depth_ != 1 ? Key::other : key_of({key_text_, key_size_});
        key_size_ = 0;
        if (key_ == Key::topic) topic_.clear();
        if (key_ == Key::epoch) hash_ = {};
        return true;
    }
    bool on_string_part(Text part, std::size_t /*n*/, Error& /*e*/) { return add_to_string(part); }
    bool on_string(Text part, std::size_t /*n*/, Error& e) {
        add_to_string(part);
        if (key_ == Key::topic) stamp_.topic = topic_;
        if (key_ == Key::epoch) stamp_.epoch = hash_.value();
        return value(e, Key::topic, Key::payload);
    }
    bool on_number_part(Text /*part*/, Error& /*e*/) { return true; }
    bool on_int64(std::int64_t number, Text text, Error& e) {
        if (key_ == Key::seq && number < 1) return refuse(e);
        if (key_ == Key::seq) stamp_.seq = static_cast<std::uint64_t>(number);
        if (key_ == Key::due) stamp_.due_ns = number;
        if (key_ == Key::sent) stamp_.sent_ns = number;
        if (key_ == Key::epoch) {
            hash_.add({text.data(), text.size()});
            stamp_.epoch = hash_.value();
        }
        return number_value(e);
    }
    bool on_uint64(std::uint64_t number, Text text, Error& e) {
        if (key_ == Key::due || key_ == Key::sent) return refuse(e);  // beyond any clock
        if (key_ == Key::seq) stamp_.seq = number;
        if (key_ == Key::epoch) {
            hash_.add({text.data(), text.size()});
            stamp_.epoch = hash_.value();
        }
        return number_value(e);
    }
    bool on_double(double /*number*/, Text /*text*/, Error& e) { return value(e, Key::other, Key::other); }
    bool on_bool(bool /*b*/, Error& e) { return value(e, Key::other, Key::other); }
    bool on_null(Error& e) { return value(e, Key::other, Key::other); }
    bool on_comment_part(Text /*part*/, Error& /*e*/) { return true; }
    bool on_comment(Text /*part*/, Error& /*e*/) { return true; }

 private:
    enum class Key : std::uint8_t { seq, topic, due, sent, payload, epoch, other };
    static constexpr unsigned all_five = 0x1F;

    static Key key_of(std::string_view name) {
        if (name == "seq") return Key::seq;
        if (name == "topic") return Key::topic;
        if (name == "due_ns") return Key::due;
        if (name == "sent_ns") return Key::sent;
        if (name == "payload") return Key::payload;
        return name == "epoch" ? Key::epoch : Key::other;
    }
    static bool refuse(Error& e) {
        e = json::error::syntax;
        return false;
    }
    /// The value of the key before it; where the key is one of the five, it is of one of these kinds.
    bool value(Error& e, Key kind, Key other_kind) {
        const Key key = key_;
        if (depth_ == 0) return refuse(e);
        if (depth_ == 1) key_ = Key::other;
        if (key == Key::other || key == Key::epoch) return true;
        if (key != kind && key != other_kind) return refuse(e);
        seen_ |= 1U << static_cast<unsigned>(key);
        return true;
    }
    bool number_value(Error& e) {
        if (key_ == Key::due || key_ == Key::sent) return value(e, Key::due, Key::sent);
        return value(e, Key::seq, Key::seq);
    }
    bool opens(Error& e) {
        // None of the five is an object or an array; the whole is an object, whose keys are at depth 1.
        if (depth_ != 0 && !value(e, Key::other, Key::other)) return false;
        key_ = Key::other;
        ++depth_;
        return true;
    }
    bool closes() {
        --depth_;
        return true;
    }
    bool add_to_key(Text part) {
        const std::size_t size = std::min(part.size(), sizeof key_text_ - key_size_);
        std::memcpy(key_text_ + key_size_, part.data(), size);
        key_size_ += size;
        return true;
    }
    bool add_to_string(Text part) {
        if (key_ == Key::topic) topic_.append(part.data(), part.size());
        if (key_ == Key::epoch) hash_.add({part.data(), part.size()});
        return true;
    }

    Stamp& stamp_;
    std::string& topic_;
    EpochHash hash_;
    char key_text_[8]{};  ///< one more than the longest of them, so that a longer one is told from it
    std::size_t key_size_ = 0;
    unsigned depth_ = 0;
    unsigned seen_ = 0;
    Key key_ = Key::other;
};

}  // namespace

Find read_json(std::string_view message, Stamp& stamp, std::string& scratch) {
    if (read_in_our_order(message, stamp)) return Find::found;
    json::basic_parser<Handler> parser{json::parse_options{}, stamp, scratch};
    json::error_code error;
    const std::size_t read = parser.write_some(false, message.data(), message.size(), error);
    const bool whole = !error && read == message.size() && parser.handler().complete();
    return whole ? Find::found : Find::malformed;
}

}  // namespace pushbench::loadgen
