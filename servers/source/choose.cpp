#include "source/choose.hpp"

#include "source/jetstream/place.hpp"
#ifdef PUSHBENCH_NATS
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "source/jetstream/jetstream_source.hpp"
#endif

namespace pushbench {

std::string problem_of_source(const std::string& url) {
    std::string problem;
    if (!jetstream::parse_place(url, problem)) return problem;
#ifndef PUSHBENCH_NATS
    return "needs NATS, which this build does not have; expected a build with libnats-dev installed";
#else
    return {};
#endif
}

#ifdef PUSHBENCH_NATS
namespace {

/// The library reads it when it connects, and would then have no better words than that it could not.
void check_credentials(const std::string& path) {
    if (path.empty()) return;
    std::ifstream file{path};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    if (text.find("NATS USER JWT") == std::string::npos || text.find("SEED") == std::string::npos)
        throw std::runtime_error("bad --source-creds '" + path +
                                 "': expected a file of NATS with a user's JWT and seed");
}

}  // namespace

std::unique_ptr<Source> make_shared_source(boost::asio::io_context& io, Broker& broker,
                                           const SharedSourceSettings& settings) {
    check_credentials(settings.options.credentials_file);
    std::string problem;
    const auto place = jetstream::parse_place(settings.options.url, problem);
    jetstream::LinkOptions link{
        .servers = place->servers,
        .stream = place->stream,
        .tls = place->tls,
        .credentials_file = settings.options.credentials_file,
        .token = settings.token,
        .ca_file = settings.options.ca_file,
        .create = settings.options.create,
        .history = static_cast<std::int64_t>(settings.history),
        .max_age_ns = settings.topic_ttl_ns,
        .process = Epoch::draw().text(),
    };
    jetstream::NumberingLimits limits;
    limits.topics = settings.max_topics;
    limits.wait_ns = settings.options.wait_ns;
    return std::make_unique<jetstream::JetStreamSource>(io, broker, std::move(link), limits,
                                                        settings.topic_ttl_ns);
}
#else
std::unique_ptr<Source> make_shared_source(boost::asio::io_context&, Broker&, const SharedSourceSettings&) {
    return nullptr;
}
#endif

}  // namespace pushbench
