#include "loadgen/dialects/load.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "loadgen/dialects/section.hpp"
#include "loadgen/dialects/speech.hpp"
#include "loadgen/wire/failure.hpp"

namespace pushbench::loadgen {
namespace {

std::string read_file(const std::string& path) {
    errno = 0;
    std::ifstream file{path, std::ios::binary};
    std::ostringstream text;
    text << file.rdbuf();
    // An empty file sets the failbit of `text`, and that is its own message later.
    if (!file) throw Failure("--dialect '" + path + "' cannot be read: " + std::strerror(errno));
    return text.str();
}

toml::table parse(std::string_view text, const std::string& file) {
    try {
        return toml::parse(text, file);
    } catch (const toml::parse_error& error) {
        throw Failure(file + ":" + std::to_string(error.source().begin.line) +
                      ": is not TOML: " + std::string{error.description()});
    }
}

void read_speeches(Section& top, Dialect& dialect) {
    const auto read = [&](const char* name, SpeechKind kind, std::optional<Speech>& into) {
        if (const auto section = top.section(name)) into = read_speech(*section, kind);
    };
    read("websocket", SpeechKind::websocket, dialect.websocket);
    read("sse", SpeechKind::sse, dialect.sse);
    read("short-poll", SpeechKind::short_poll, dialect.short_poll);
    read("long-poll", SpeechKind::long_poll, dialect.long_poll);
    if (dialect.transports().empty())
        top.wrong(
            "speaks no transport; at least one of [websocket], [sse], [short-poll], [long-poll] is needed");
}

Dialect read_table(const toml::table& table, const std::string& file) {
    Section top{table, file, ""};
    Dialect dialect;
    dialect.name = top.needed_text("name");
    dialect.about = top.needed_text("about");
    dialect.documentation = top.text("documentation");
    dialect.tried = top.text("tried", "not said");
    const std::vector<std::string_view> kinds = {"json", "marker", "opaque"};
    dialect.message = kinds[top.word("message", kinds, 1)];
    read_speeches(top, dialect);
    if (const auto section = top.section("publish")) {
        dialect.publish = read_publish(*section);
        if (!dialect.publish->message.empty() && !dialect.websocket)
            top.wrong("publish", "is by a message, which needs [websocket]");
    }
    top.done();
    return dialect;
}

/// What is wrong is often shown as it stands in the file, line ends and all.
std::string one_line(std::string_view text) {
    std::string line;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '\n')
            line += "\\n";
        else
            line += byte < ' ' || byte == 0x7F ? '.' : c;
    }
    return line;
}

}  // namespace

Dialect read_dialect(std::string_view text, const std::string& file) {
    try {
        return read_table(parse(text, file), file);
    } catch (const Failure& failure) {
        throw Failure(one_line(failure.what()));
    }
}

Dialect load_dialect(const std::string& name_or_path) {
    for (const ShippedDialect& shipped : shipped_dialects())
        if (shipped.name == name_or_path)
            return read_dialect(shipped.text, std::string{shipped.name} + ".toml");
    if (name_or_path.find('/') == std::string::npos && !name_or_path.ends_with(".toml"))
        throw Failure("--dialect '" + name_or_path + "' is not one of " + dialect_names() +
                      ", nor a file such as ./mine.toml");
    return read_dialect(read_file(name_or_path), name_or_path);
}

std::string dialect_names() {
    std::string names;
    for (const ShippedDialect& shipped : shipped_dialects()) {
        if (!names.empty()) names += ", ";
        names += shipped.name;
    }
    return names;
}

std::string describe_dialects() {
    std::string text;
    for (const ShippedDialect& shipped : shipped_dialects()) {
        const Dialect dialect = load_dialect(std::string{shipped.name});
        text += dialect.name + ": " + dialect.about + "\n    speaks " + dialect.transports() +
                "; tried: " + dialect.tried +
                (dialect.documentation.empty() ? "" : "\n    " + dialect.documentation) + "\n";
    }
    return text;
}

}  // namespace pushbench::loadgen
