#include "source/jetstream/place.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace pushbench::jetstream {
namespace {

constexpr std::string_view kExpected = "expected nats://HOST:PORT/STREAM or tls://HOST:PORT/STREAM";

/// As NATS allows it, without what would have to be quoted in a shell.
bool is_stream_name(std::string_view name) {
    const auto is_right = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '_';
    };
    return !name.empty() && name.size() <= 200 && std::all_of(name.begin(), name.end(), is_right);
}

bool is_server(std::string_view server) {
    const auto colon = server.rfind(':');
    if (colon == std::string_view::npos || colon == 0) return false;
    std::uint16_t port = 0;
    const char* const end = server.data() + server.size();
    const auto [rest, error] = std::from_chars(server.data() + colon + 1, end, port);
    const bool is_host = server.substr(0, colon).find_first_of("/?# \"'") == std::string_view::npos;
    return error == std::errc{} && rest == end && port != 0 && is_host;
}

}  // namespace

std::optional<Place> parse_place(std::string_view text, std::string& problem) {
    Place place;
    std::string_view rest = text;
    place.tls = rest.starts_with("tls://");
    if (!place.tls && !rest.starts_with("nats://")) {
        problem = kExpected;
        return std::nullopt;
    }
    const std::string scheme{place.tls ? "tls://" : "nats://"};
    rest.remove_prefix(scheme.size());
    if (rest.find('@') != std::string_view::npos) {
        problem =
            "has a secret in it, which every user of this machine could read; expected it in a file, see "
            "--source-token-file and --source-creds";
        return std::nullopt;
    }
    const auto slash = rest.find('/');
    place.stream = slash == std::string_view::npos ? "" : rest.substr(slash + 1);
    if (!is_stream_name(place.stream)) {
        problem = std::string{kExpected} + ", the stream's name of letters, digits, - and _";
        return std::nullopt;
    }
    rest = rest.substr(0, slash);
    for (;;) {
        const auto comma = rest.find(',');
        if (!is_server(rest.substr(0, comma))) {
            problem = kExpected;
            return std::nullopt;
        }
        place.servers.push_back(scheme + std::string{rest.substr(0, comma)});
        if (comma == std::string_view::npos) return place;
        rest.remove_prefix(comma + 1);
    }
}

}  // namespace pushbench::jetstream
