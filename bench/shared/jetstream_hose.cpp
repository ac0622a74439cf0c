// What JetStream alone takes: notifications that are published as fast as it acknowledges them, by one
// connection, to many topics. With --numbered each has the headers by which servers number what they publish
// and compare before they set, so that the two rates differ by what this costs.
#include <nats/nats.h>

#include <CLI/CLI.hpp>
#include <ctime>

#include "bench/program.hpp"
#include "bench/shared/nats_handle.hpp"
#include "notify/clock.hpp"
#include "notify/cpu_list.hpp"
#include "notify/duration.hpp"
#include "notify/publisher.hpp"
#include "process/process.hpp"

namespace pushbench {
namespace {

void duration_option(CLI::App& app, const std::string& name, std::int64_t& ns, const std::string& what) {
    app.add_option_function<std::string>(
        name,
        [name, &ns](const std::string& text) {
            const auto parsed = parse_duration_ns(text);
            if (!parsed)
                throw CLI::ValidationError(name,
                                           "'" + text + "' is not valid, expected a duration such as 5s");
            ns = *parsed;
        },
        what);
}

struct Settings {
    std::string source = "nats://127.0.0.1:4222";
    std::string stream = "HOSE";
    std::string cpus;
    std::int64_t topics = 1000;
    std::int64_t warmup_ns = 1'000'000'000;
    std::int64_t duration_ns = 5'000'000'000;
    std::int64_t in_flight = 1000;
    std::size_t payload_bytes = 128;
    std::int64_t history = 1024;
    bool numbered = false;
};

/// Counts what was refused, such as a publish whose turn it was not.
void on_problem(jsCtx* /*js*/, jsPubAckErr* /*problem*/, void* closure) {
    ++*static_cast<std::int64_t*>(closure);
}

JetStream open_stream(natsConnection* connection, const Settings& settings, std::int64_t& refused) {
    jsOptions options;
    check(jsOptions_Init(&options), settings.source);
    options.PublishAsync.MaxPending = settings.in_flight;
    options.PublishAsync.ErrHandler = on_problem;
    options.PublishAsync.ErrHandlerClosure = &refused;
    jsCtx* js = nullptr;
    check(natsConnection_JetStream(&js, connection, &options), settings.source);
    JetStream owned{js};
    const std::string subject = settings.stream + ".*";
    const char* subjects[] = {subject.c_str()};
    jsStreamConfig config;
    check(jsStreamConfig_Init(&config), settings.stream);
    config.Name = settings.stream.c_str();
    config.Subjects = subjects;
    config.SubjectsLen = 1;
    config.MaxMsgsPerSubject = settings.history;
    check(js_AddStream(nullptr, js, &config, nullptr, nullptr), settings.stream);
    return owned;
}

void set(natsMsg* message, const char* name, std::int64_t value) {
    check(natsMsgHeader_Set(message, name, std::to_string(value).c_str()), name);
}

/// Number `i` of all. With one publisher, the stream's last number of a topic is known: it is a round ago.
void publish(jsCtx* js, const Settings& settings, std::int64_t i, const std::string& payload) {
    const std::string subject = settings.stream + ".topic-" + std::to_string(i % settings.topics);
    natsMsg* message = nullptr;
    check(
        natsMsg_Create(&message, subject.c_str(), nullptr, payload.data(), static_cast<int>(payload.size())),
        "libnats");
    NatsMessage owned{message};
    if (settings.numbered) {
        set(message, "Nats-Msg-Id", i);
        set(message, "Nats-Expected-Last-Subject-Sequence",
            std::max<std::int64_t>(0, i + 1 - settings.topics));
        set(message, "Pushbench-Seq", 1 + i / settings.topics);
    }
    // The library takes the message over where it can send it.
    message = owned.release();
    const natsStatus status = js_PublishMsgAsync(js, &message, nullptr);
    owned.reset(message);
    check(status, "publish");
}

/// What had been published by a moment. Of that no more than --in-flight is not yet acknowledged.
struct Reading {
    std::int64_t at_ns;
    std::int64_t cpu_ns;
    std::int64_t published;
};

std::int64_t own_cpu_ns() {
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return time.tv_sec * 1'000'000'000 + time.tv_nsec;
}

void run(const Settings& settings) {
    pin_to_cpus(parse_cpu_list(settings.cpus));
    const NatsConnection connection = connect_to(settings.source);
    std::int64_t refused = 0;
    const JetStream js = open_stream(connection.get(), settings, refused);
    const std::string payload = payload_text(settings.payload_bytes);
    std::int64_t published = 0;
    const auto publish_until = [&](std::int64_t end_ns) {
        while (now_ns() < end_ns) publish(js.get(), settings, published++, payload);
        return Reading{now_ns(), own_cpu_ns(), published};
    };
    const Reading begin = publish_until(now_ns() + settings.warmup_ns);
    const Reading end = publish_until(begin.at_ns + settings.duration_ns);
    check(js_PublishAsyncComplete(js.get(), nullptr), "not all were acknowledged");
    const auto window_ns = static_cast<double>(end.at_ns - begin.at_ns);
    print({{"began_ns", begin.at_ns},
           {"window_s", window_ns / 1e9},
           {"carried", end.published - begin.published},
           {"refused", refused},
           {"cpu_cores", static_cast<double>(end.cpu_ns - begin.cpu_ns) / window_ns}});
}

}  // namespace
}  // namespace pushbench

int main(int argc, char** argv) {
    using namespace pushbench;
    Settings settings;
    CLI::App app{"What JetStream alone takes, to hold a source against that is made of it.",
                 "jetstream_hose"};
    app.add_option("--nats", settings.source, "the nats-server");
    app.add_option("--stream", settings.stream, "is made anew, with subjects STREAM.*");
    app.add_option("--topics", settings.topics, "published to in turn")->check(CLI::PositiveNumber);
    duration_option(app, "--warmup", settings.warmup_ns, "is not counted");
    duration_option(app, "--duration", settings.duration_ns, "is counted");
    app.add_option("--in-flight", settings.in_flight, "published, and not yet acknowledged")
        ->check(CLI::PositiveNumber);
    app.add_option("--payload", settings.payload_bytes, "bytes");
    app.add_option("--history", settings.history, "notifications kept of a topic")
        ->check(CLI::PositiveNumber);
    app.add_flag("--numbered", settings.numbered, "with our numbers, each assigned by comparing and setting");
    app.add_option("--cpus", settings.cpus, "such as 0,2-3");
    return run_program(app, argc, argv, [&] { run(settings); });
}
