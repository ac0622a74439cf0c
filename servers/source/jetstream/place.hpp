#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pushbench::jetstream {

/// Where a stream is: `nats://127.0.0.1:4222/NEWS`, or with several servers of one cluster
/// `tls://a.example:4222,b.example:4222/NEWS`.
struct Place {
    std::vector<std::string> servers;  ///< as URLs, without the stream
    std::string stream;
    bool tls = false;
};

/// Empty, with what is wrong in `problem`, where it is none.
std::optional<Place> parse_place(std::string_view text, std::string& problem);

}  // namespace pushbench::jetstream
