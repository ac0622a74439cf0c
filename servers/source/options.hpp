#pragma once

#include <cstdint>
#include <string>

namespace pushbench {

/// Where notifications come from, as the command line says it.
struct SourceOptions {
    std::string url;               ///< `nats://HOST:PORT/STREAM`; empty: the source is in the server
    std::string credentials_file;  ///< of NATS: a user's JWT and seed
    std::string token_file;        ///< a token, or `user:password`
    std::string ca_file;  ///< who signed the NATS server's certificate; empty: whom the system trusts
    bool create = false;  ///< the stream, where there is none
    std::int64_t wait_ns = 10'000'000'000;  ///< how long a notification waits for a source that is away
};

}  // namespace pushbench
