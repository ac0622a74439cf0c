#pragma once

#include <toml++/toml.h>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pushbench::loadgen {

/// One table of a TOML file, read key by key. It knows which keys were asked for, so that at the end any
/// other is an error. All errors are Failures of one line: "file:12: …".
class Section {
 public:
    Section(const toml::table& table, std::string file, std::string title)
        : table_{table}, file_{std::move(file)}, title_{std::move(title)} {}

    [[nodiscard]] bool has(std::string_view key);
    [[nodiscard]] std::string text(std::string_view key, std::string_view otherwise = "");
    /// Fails where the key is not there or empty.
    [[nodiscard]] std::string needed_text(std::string_view key);
    [[nodiscard]] bool flag(std::string_view key, bool otherwise);
    /// One of `words`, as its index.
    [[nodiscard]] std::size_t word(std::string_view key, const std::vector<std::string_view>& words,
                                   std::size_t otherwise);
    [[nodiscard]] std::vector<std::string> texts(std::string_view key);
    /// A table of the kind name = text, by name.
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> pairs(std::string_view key);
    [[nodiscard]] std::optional<Section> section(std::string_view key);
    /// An array of tables; one table alone counts as one.
    [[nodiscard]] std::vector<Section> sections(std::string_view key);

    /// Every key was asked for, or it fails and names those that there are.
    void done() const;

    /// Throws Failure that points to the line of `key`, or to the table's own.
    [[noreturn]] void wrong(std::string_view key, const std::string& what) const;
    [[noreturn]] void wrong(const std::string& what) const;

 private:
    const toml::node* take(std::string_view key);
    [[noreturn]] void fail_at(const toml::source_region& where, const std::string& what) const;
    [[nodiscard]] std::string called(std::string_view key) const;
    [[nodiscard]] std::string text_of(const toml::node& node, std::string_view key) const;

    const toml::table& table_;
    std::string file_;
    std::string title_;  ///< "websocket.on"; empty: the file's top
    std::vector<std::string> known_;
};

}  // namespace pushbench::loadgen
