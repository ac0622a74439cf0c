#include "loadgen/dialects/section.hpp"

#include <algorithm>

#include "loadgen/wire/failure.hpp"

namespace pushbench::loadgen {
namespace {

std::string kind_of(const toml::node& node) {
    switch (node.type()) {
        case toml::node_type::table:
            return "a table";
        case toml::node_type::array:
            return "an array";
        case toml::node_type::string:
            return "a text";
        case toml::node_type::boolean:
            return "true or false";
        default:
            return "a number or time";
    }
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
}

}  // namespace

void Section::fail_at(const toml::source_region& where, const std::string& what) const {
    const std::string line = where.begin.line != 0 ? ":" + std::to_string(where.begin.line) : std::string{};
    throw Failure(file_ + line + ": " + what);
}

void Section::wrong(std::string_view key, const std::string& what) const {
    for (const auto& [name, node] : table_)
        if (name.str() == key) fail_at(name.source(), "'" + called(key) + "' " + what);
    wrong(what);
}

void Section::wrong(const std::string& what) const {
    fail_at(table_.source(), (title_.empty() ? std::string{} : "[" + title_ + "] ") + what);
}

std::string Section::called(std::string_view key) const {
    return (title_.empty() ? std::string{} : title_ + ".") + std::string{key};
}

const toml::node* Section::take(std::string_view key) {
    if (std::find(known_.begin(), known_.end(), key) == known_.end()) known_.emplace_back(key);
    return table_.get(key);
}

bool Section::has(std::string_view key) {
    return take(key) != nullptr;
}

std::string Section::text_of(const toml::node& node, std::string_view key) const {
    const auto value = node.value_exact<std::string>();
    if (!value)
        fail_at(node.source(), "'" + called(key) + "' is " + kind_of(node) + ", not a text in quotes");
    return *value;
}

std::string Section::text(std::string_view key, std::string_view otherwise) {
    const toml::node* node = take(key);
    return node == nullptr ? std::string{otherwise} : text_of(*node, key);
}

std::string Section::needed_text(std::string_view key) {
    const toml::node* node = take(key);
    if (node == nullptr) wrong("lacks '" + std::string{key} + "', a text in quotes");
    std::string value = text_of(*node, key);
    if (value.empty()) wrong(key, "must not be empty");
    return value;
}

bool Section::flag(std::string_view key, bool otherwise) {
    const toml::node* node = take(key);
    if (node == nullptr) return otherwise;
    const auto value = node->value_exact<bool>();
    if (!value) fail_at(node->source(), "'" + called(key) + "' is " + kind_of(*node) + ", not true or false");
    return *value;
}

std::size_t Section::word(std::string_view key, const std::vector<std::string_view>& words,
                          std::size_t otherwise) {
    const toml::node* node = take(key);
    if (node == nullptr) return otherwise;
    const std::string value = text_of(*node, key);
    const auto found = std::find(words.begin(), words.end(), value);
    if (found == words.end())
        wrong(key, "is '" + value + "', not one of " + joined({words.begin(), words.end()}));
    return static_cast<std::size_t>(found - words.begin());
}

std::vector<std::string> Section::texts(std::string_view key) {
    const toml::node* node = take(key);
    if (node == nullptr) return {};
    if (node->is_string()) return {text_of(*node, key)};
    if (!node->is_array())
        fail_at(node->source(), "'" + called(key) + "' is " + kind_of(*node) + ", not an array of texts");
    std::vector<std::string> all;
    for (const toml::node& each : *node->as_array()) all.push_back(text_of(each, key));
    return all;
}

std::vector<std::pair<std::string, std::string>> Section::pairs(std::string_view key) {
    const toml::node* node = take(key);
    if (node == nullptr) return {};
    if (!node->is_table())
        fail_at(node->source(),
                "'" + called(key) + "' is " + kind_of(*node) + ", not a table of NAME = \"text\"");
    std::vector<std::pair<std::string, std::string>> all;
    for (const auto& [name, value] : *node->as_table())
        all.emplace_back(name.str(), text_of(value, std::string{key} + "." + std::string{name.str()}));
    return all;
}

std::optional<Section> Section::section(std::string_view key) {
    const toml::node* node = take(key);
    if (node == nullptr) return std::nullopt;
    if (!node->is_table())
        fail_at(node->source(), "'" + called(key) + "' is " + kind_of(*node) + ", not a table");
    return Section{*node->as_table(), file_, called(key)};
}

std::vector<Section> Section::sections(std::string_view key) {
    const toml::node* node = take(key);
    if (node == nullptr) return {};
    if (node->is_table()) return {Section{*node->as_table(), file_, called(key)}};
    std::vector<Section> all;
    if (node->is_array())
        for (const toml::node& each : *node->as_array())
            if (each.is_table()) all.emplace_back(*each.as_table(), file_, called(key));
    if (!node->is_array() || all.size() != node->as_array()->size())
        fail_at(node->source(), "'" + called(key) + "' is not a table or an array of tables");
    return all;
}

void Section::done() const {
    for (const auto& [name, node] : table_)
        if (std::find(known_.begin(), known_.end(), name.str()) == known_.end())
            fail_at(name.source(), "'" + called(name.str()) + "' is no key of a dialect; " +
                                       (title_.empty() ? "at the top" : "in [" + title_ + "]") +
                                       " there are " + joined(known_));
}

}  // namespace pushbench::loadgen
