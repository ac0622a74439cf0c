#include "process/options.hpp"

#include <CLI/CLI.hpp>
#include <boost/asio/ip/address.hpp>
#include <charconv>
#include <iostream>
#include <map>

#include "notify/cpu_list.hpp"
#include "notify/duration.hpp"
#include "source/choose.hpp"

namespace pushbench {
namespace {

constexpr const char* kCalibration = "For calibrating a meter: do wrong on purpose";

constexpr std::size_t kMostHistoryBytes = std::size_t{1} << 40;
/// Places in a request's head are 32 bits wide.
constexpr std::size_t kMostBytesOfAClient = std::size_t{1} << 30;

/// CLI11 prints `--name: ` before what a validator returns.
std::string not_valid(const std::string& value, const std::string& expected) {
    return "'" + value + "' is not valid, expected " + expected;
}

CLI::Option* add_duration(CLI::App& app, const std::string& name, std::int64_t& target_ns,
                          const std::string& help) {
    const auto assign = [&target_ns](const std::string& text) {
        const auto parsed = parse_duration_ns(text);
        if (!parsed) throw CLI::ValidationError(not_valid(text, "a duration such as 250ms, 15s or 2m"));
        target_ns = *parsed;
    };
    return app.add_option_function<std::string>(name, assign, help)->type_name("DURATION");
}

CLI::Option* add_address(CLI::App& app, const std::string& name, Address& target, const std::string& help) {
    const auto assign = [&target](const std::string& text) {
        const auto parsed = parse_address(text);
        if (!parsed)
            throw CLI::ValidationError(not_valid(text, "an address such as 127.0.0.1:8080 or [::1]:8080"));
        target = *parsed;
    };
    return app.add_option_function<std::string>(name, assign, help)->type_name("ADDRESS");
}

void add_bytes(CLI::App& app, const std::string& name, std::size_t& target, const std::string& help,
               std::size_t most = kMostBytesOfAClient) {
    app.add_option(name, target, help)
        ->check(CLI::Range(std::size_t{4096}, most))
        ->type_name("BYTES")
        ->capture_default_str();
}

void add_log_level(CLI::App& app, LogLevel& target) {
    const auto assign = [&target](const std::string& text) {
        static const std::map<std::string, LogLevel> kLevels{
            {"error", LogLevel::error}, {"info", LogLevel::info}, {"debug", LogLevel::debug}};
        const auto found = kLevels.find(text);
        if (found == kLevels.end()) throw CLI::ValidationError(not_valid(text, "error, info or debug"));
        target = found->second;
    };
    app.add_option_function<std::string>("--log-level", assign, "error, info or debug, on standard error")
        ->type_name("LEVEL")
        ->default_str("info");
}

void add_cpus(CLI::App& app, std::vector<int>& target) {
    const auto assign = [&target](const std::string& text) {
        target = parse_cpu_list(text);
        if (target.empty()) throw CLI::ValidationError(not_valid(text, "a list of CPUs such as 1 or 2,4-6"));
    };
    app.add_option_function<std::string>("--cpus", assign,
                                         "CPUs to run on, such as 0 or 0-2,5; as many as threads: one each")
        ->type_name("LIST");
}

std::string seconds_text(std::int64_t ns) {
    return std::to_string(ns / 1'000'000'000) + "s";
}

/// What one client may make the server hold.
void add_limits(CLI::App& app, Limits& limits) {
    add_bytes(app, "--max-target-bytes", limits.target_bytes, "Largest target of a request, else 414");
    add_bytes(app, "--max-header-line-bytes", limits.header_line_bytes, "Largest header line, else 431");
    add_bytes(app, "--max-header-bytes", limits.header_bytes, "Largest headers of a request, else 431");
    add_bytes(app, "--max-body-bytes", limits.body_bytes, "Largest payload of POST /publish, else 413");
    add_bytes(app, "--max-message-bytes", limits.message_bytes,
              "Largest message of a client, else 1009, or 413");
    app.add_option("--max-client-topics", limits.client_topics, "Topics that one client may follow")
        ->check(CLI::Range(std::size_t{1}, std::size_t{10'000}))
        ->capture_default_str();
}

void add_common(CLI::App& app, ServerOptions& options) {
    add_address(app, "--listen", options.listen, "Where subscribers connect; port 0 picks a free one")
        ->default_str("127.0.0.1:8080");
    add_address(app, "--admin", options.admin, "Where /publish, /schedule, /metrics and /healthz are")
        ->default_str("127.0.0.1:9080");
    app.add_option("--threads", options.threads, "Reactor threads")
        ->check(CLI::Range(1U, 256U))
        ->capture_default_str();
    app.add_option("--history", options.history, "Notifications kept per topic")
        ->check(CLI::Range(std::size_t{1}, std::size_t{1} << 24))
        ->capture_default_str();
    add_bytes(app, "--history-bytes", options.history_bytes,
              "Kept per topic; the newest is kept whatever its size", kMostHistoryBytes);
    add_bytes(app, "--all-history-bytes", options.all_history_bytes,
              "Kept of all topics together: those published to longest ago lose theirs first",
              kMostHistoryBytes);
    app.add_option("--max-topics", options.max_topics, "Topics that may be published to; others are refused")
        ->check(CLI::Range(std::size_t{1}, std::size_t{10'000'000}))
        ->capture_default_str();
    add_duration(app, "--topic-ttl", options.topic_ttl_ns,
                 "How long after its last notification a topic is forgotten; 0: never")
        ->default_str("1h");
    app.add_option("--max-connections", options.max_connections,
                   "Subscribers served at once, others get 503; 0: as many as the limit on open files allows")
        ->check(CLI::Range(std::size_t{0}, std::size_t{10'000'000}))
        ->capture_default_str();
    add_duration(app, "--heartbeat", options.heartbeat_ns,
                 "How long a stream stays silent at most; 0: for ever")
        ->default_str(seconds_text(options.heartbeat_ns));
    add_duration(
        app, "--idle-timeout", options.idle_timeout_ns,
        "When a connection without a request, or a client that takes or answers nothing, is closed; 0: "
        "never")
        ->default_str(seconds_text(options.idle_timeout_ns));
    add_duration(app, "--header-timeout", options.header_timeout_ns,
                 "How long a client may take to send a request; 0: for ever")
        ->default_str(seconds_text(options.header_timeout_ns));
    app.add_option("--allow-origin", options.allow_origin,
                   "Other origin that browsers may connect from; * for all")
        ->type_name("ORIGIN");
    app.add_option(
           "--allow-host", options.allow_host,
           "Name that clients may call this server by, besides addresses and names without a dot; * for any")
        ->type_name("HOST");
    app.add_flag("--allow-publish", options.allow_publish,
                 "Publish what clients send: a WebSocket's text message to its topic, and POST /publish");
    app.add_option("--admin-token-file", options.admin_token_file,
                   "File with the token that the admin port asks for, as Authorization: Bearer")
        ->type_name("FILE");
    app.add_flag("--reuse-port", options.reuse_port,
                 "Let other processes listen on the same port: the kernel deals connections out among them");
    add_cpus(app, options.cpus);
    add_log_level(app, options.log_level);
}

bool has_secret(const std::string& url) {
    return url.find('@') != std::string::npos;
}

/// Where notifications come from, if not from the server itself.
void add_source(CLI::App& app, SourceOptions& source) {
    constexpr const char* kShared = "For a source that several servers share: a stream of NATS JetStream";
    const auto assign = [&source](const std::string& text) {
        if (const std::string problem = problem_of_source(text); !problem.empty())
            throw CLI::ValidationError((has_secret(text) ? "it " : "'" + text + "' ") + problem);
        source.url = text;
    };
    CLI::Option* const url = app.add_option_function<std::string>(
        "--source", assign, "Where notifications come from: nats://HOST:PORT/STREAM, or tls://");
    url->type_name("URL")->group(kShared);
    app.add_flag("--source-create", source.create,
                 "Make the stream where there is none: --history messages of each topic, for --topic-ttl")
        ->needs(url)
        ->group(kShared);
    app.add_option("--source-creds", source.credentials_file, "File with the credentials of a NATS user")
        ->needs(url)
        ->type_name("FILE")
        ->group(kShared);
    app.add_option("--source-token-file", source.token_file, "File with a token for NATS, or user:password")
        ->needs(url)
        ->type_name("FILE")
        ->group(kShared);
    app.add_option("--source-ca", source.ca_file, "File with who signed the NATS server's certificate")
        ->needs(url)
        ->type_name("FILE")
        ->group(kShared);
    add_duration(app, "--source-wait", source.wait_ns,
                 "How long a notification waits for a source that is away, before it is refused")
        ->default_str("10s")
        ->group(kShared);
}

void add_one_in(CLI::App& app, const std::string& name, std::uint64_t& target, const std::string& help) {
    const auto assign = [&target](const std::string& text) {
        std::uint64_t value = 0;
        const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc{} || rest != text.data() + text.size() || value < FaultOptions::kLeast)
            throw CLI::ValidationError(
                not_valid(text, "a whole number from " + std::to_string(FaultOptions::kLeast)));
        target = value;
    };
    app.add_option_function<std::string>(name, assign, help)->type_name("N")->group(kCalibration);
}

void add_faults(CLI::App& app, FaultOptions& faults) {
    add_duration(app, "--fault-delay", faults.delay_ns, "Deliver each notification so much later")
        ->group(kCalibration);
    add_one_in(app, "--fault-drop", faults.drop, "Do not deliver one in N of each topic");
    add_one_in(app, "--fault-duplicate", faults.duplicate, "Deliver one in N of each topic twice");
    add_one_in(app, "--fault-swap", faults.swap, "Deliver one in N of each topic after its successor");
}

}  // namespace

std::optional<Address> parse_address(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0) return std::nullopt;
    std::string_view host = text.substr(0, colon);
    const std::string_view port = text.substr(colon + 1);
    if (host.front() == '[' && host.back() == ']')
        host = host.substr(1, host.size() - 2);
    else if (host.find(':') != std::string_view::npos)
        return std::nullopt;
    Address address{std::string{host == "localhost" ? "127.0.0.1" : host}, 0};
    boost::system::error_code no_address;
    boost::asio::ip::make_address(address.host, no_address);
    if (no_address) return std::nullopt;
    const auto [rest, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
    if (error != std::errc{} || rest != port.data() + port.size()) return std::nullopt;
    return address;
}

ParsedOptions parse_options(int argc, const char* const* argv, const OptionTraits& traits) {
    ParsedOptions parsed;
    CLI::App app{traits.description, traits.program};
    app.set_version_flag("--version", traits.program + " " PUSHBENCH_VERSION);
    add_common(app, parsed.options);
    add_limits(app, parsed.options.limits);
    add_source(app, parsed.options.source);
    if (traits.faults) add_faults(app, parsed.options.faults);
    if (traits.add) traits.add(app);
    try {
        app.parse(argc, argv);
        if (!parsed.options.source.url.empty() && parsed.options.faults.any())
            throw CLI::ValidationError(
                "--fault-… is done to numbers that this server gives; with --source the stream does, "
                "expected "
                "one of the two");
    } catch (const CLI::Success& success) {  // --help, --version
        parsed.exit_code = app.exit(success);
    } catch (const CLI::ParseError& error) {
        std::cerr << traits.program << ": " << error.what() << " (see --help)\n";
        parsed.exit_code = 2;
    }
    return parsed;
}

}  // namespace pushbench
