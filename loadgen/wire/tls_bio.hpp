#pragma once

#include <openssl/bio.h>

#include "loadgen/wire/tls_session.hpp"

namespace pushbench::loadgen {

/// How OpenSSL reaches our socket. Its own BIO would raise SIGPIPE, and would ask an empty socket once more
/// for each record that came. `socket` outlives it.
BIO* make_socket_bio(TlsSession::Socket& socket);

}  // namespace pushbench::loadgen
