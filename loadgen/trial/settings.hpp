#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "loadgen/crowd/behaviour.hpp"
#include "loadgen/measure/service.hpp"
#include "loadgen/message/reader.hpp"
#include "loadgen/publish/publish_via.hpp"
#include "loadgen/transport/protocol.hpp"

namespace pushbench::loadgen {

/// What the command line says about how the server is spoken to.
struct SpeechChoice {
    std::string dialect;               ///< name or path; empty: by the target
    std::vector<std::string> headers;  ///< "Name: value"
    std::optional<std::string> subprotocol;
    std::string tokens_file;  ///< one a line; empty: none
    std::optional<MessageKind> message;
};

/// What one trial is.
struct Settings {
    const Transport* transport = nullptr;
    MessageKind message = MessageKind::json;
    std::string target = "127.0.0.1:8080";
    TlsOptions tls;  ///< for https and wss
    SpeechChoice speech_choice;
    std::string dialect = "pushbench";             ///< the name of what came of it
    Speech speech;                                 ///< the dialect's, with what was said besides
    std::optional<PublishSpeech> dialect_publish;  ///< how the dialect publishes, where it knows a way
    std::vector<std::string> tokens;               ///< client i has the i-th modulo their number
    std::string admin;                             ///< empty: none, only with no_publish
    std::string admin_token;                       ///< for that address; empty: none
    std::uint32_t connections = 1000;              ///< 0: the publisher is measured alone
    double rate_per_s = 50;                        ///< over all topics; 0: an idle trial
    std::uint32_t payload_bytes = 128;
    std::uint32_t topics = 1;
    std::string topic = "default";
    std::string arrival = "constant";
    std::uint64_t seed = 1;
    std::chrono::nanoseconds warmup = std::chrono::seconds{2};
    std::chrono::nanoseconds duration = std::chrono::seconds{10};
    std::chrono::nanoseconds awake = std::chrono::microseconds{30};
    std::chrono::nanoseconds drain = std::chrono::seconds{5};
    std::chrono::nanoseconds poll_interval = std::chrono::seconds{1};
    /// Of long polls. Proxies commonly drop what is silent for 30 s.
    std::chrono::nanoseconds poll_wait = std::chrono::seconds{25};
    Service server;  ///< the processes whose CPU and memory are measured; none: nobody's
    std::uint32_t threads = 1;
    std::vector<int> cpus;
    double connects_per_s = 4000;
    std::uint32_t source_addresses = 0;  ///< 0: the kernel chooses
    bool receive_stamps = false;         ///< the kernel says when it had what is read
    Behaviour behaviour;                 ///< of those clients that are not steady
    PublishVia publish;
    bool no_publish = false;
    std::uint32_t expect = 0;      ///< of each client, where others publish; 0: unknown
    bool expects_silence = false;  ///< others do not publish, and none is to come
    std::uint32_t skip = 0;        ///< come before those and are not counted: a warm-up
    std::chrono::nanoseconds linger{0};
    /// Of the time series. Empty: a second, or longer in a trial that would have too many.
    std::optional<std::chrono::nanoseconds> series;
};

/// Whether this trial makes notifications, and not others.
[[nodiscard]] inline bool publishes(const Settings& settings) {
    return !settings.no_publish;
}

/// Whether it makes them by itself, and sends them to the target: by --publish, by its clients, or as the
/// dialect says where there is no admin port to do it.
[[nodiscard]] inline bool publishes_by_url(const Settings& settings) {
    const PublishVia& via = settings.publish;
    return publishes(settings) &&
           (!via.url.empty() || via.by_clients || (settings.admin.empty() && settings.dialect_publish));
}

/// How long a slice of the time series is; 0: there is none.
[[nodiscard]] std::chrono::nanoseconds series_step(const Settings& settings);

/// Whether messages carry a sequence: where they do not, it is not known what should have come, nor how late
/// anything was.
[[nodiscard]] inline bool has_sequences(const Settings& settings) {
    return settings.message != MessageKind::opaque;
}

/// Short polling delivers half an interval late on average. So publishing begins an interval before measuring
/// does: from then on as many notifications come in as are published, and a cost per delivery is not one of
/// polls whose notifications fall out of the window.
[[nodiscard]] inline std::chrono::nanoseconds lead_in(const Settings& settings) {
    const bool leads = settings.transport->pace == Pace::timetable && !settings.no_publish;
    return leads && settings.rate_per_s > 0 ? settings.poll_interval : std::chrono::nanoseconds{0};
}

/// How many notifications the measuring phase publishes, lead-in included.
[[nodiscard]] std::int64_t notifications_asked(const Settings& settings);

}  // namespace pushbench::loadgen
