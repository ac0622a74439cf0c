#include "loadgen/report/json_text.hpp"

#include <boost/json.hpp>
#include <charconv>

namespace pushbench::loadgen {
namespace {

namespace json = boost::json;

void write(std::string& out, const json::value& value, std::size_t indent);

void write_member_list(std::string& out, const json::object& object, std::size_t indent) {
    out += "{\n";
    bool first = true;
    for (const auto& [key, value] : object) {
        if (!first) out += ",\n";
        first = false;
        out.append(indent + 2, ' ');
        out += json::serialize(json::string_view{key.data(), key.size()}) + ": ";
        write(out, value, indent + 2);
    }
    out += '\n';
    out.append(indent, ' ');
    out += '}';
}

void write(std::string& out, const json::value& value, std::size_t indent) {
    if (value.is_object()) {
        write_member_list(out, value.get_object(), indent);
    } else if (value.is_array()) {
        out += '[';
        for (std::size_t i = 0; i != value.get_array().size(); ++i) {
            if (i != 0) out += ", ";
            write(out, value.get_array()[i], indent);
        }
        out += ']';
    } else if (value.is_double()) {
        char digits[64];
        const auto end = std::to_chars(digits, digits + sizeof digits, value.get_double()).ptr;
        out.append(digits, end);
    } else {
        out += json::serialize(value);
    }
}

}  // namespace

std::string to_indented_text(const json::value& value) {
    std::string text;
    write(text, value, 0);
    return text + '\n';
}

}  // namespace pushbench::loadgen
