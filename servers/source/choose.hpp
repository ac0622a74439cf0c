#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "notify/broker.hpp"
#include "source/options.hpp"
#include "source/source.hpp"

namespace pushbench {

/// What a shared source is told besides where it is.
struct SharedSourceSettings {
    SourceOptions options{};
    std::string token{};               ///< that of SourceOptions::token_file
    std::size_t history = 1024;        ///< of a stream that it makes: notifications kept of each topic
    std::size_t max_topics = 100'000;  ///< published to; others are refused
    std::int64_t topic_ttl_ns = 0;     ///< of a stream that it makes: how long one is kept; 0: for ever
};

/// Why this URL cannot be a source, in one line: it is none, or this build knows no NATS. Empty: it can.
std::string problem_of_source(const std::string& url);

/// Of a URL without a problem. `io` and `broker` outlive it.
std::unique_ptr<Source> make_shared_source(boost::asio::io_context& io, Broker& broker,
                                           const SharedSourceSettings& settings);

}  // namespace pushbench
