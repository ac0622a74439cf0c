// A session as the link uses it: connect, look at the stream, consume, send.
#include "source/jetstream/session.hpp"

#include <chrono>
#include <utility>

#include "notify/clock.hpp"
#include "source/jetstream/subject.hpp"

namespace pushbench::jetstream {
namespace {

constexpr std::int64_t kConnectMs = 2000;
constexpr std::int64_t kFlushMs = 2000;
constexpr std::int64_t kHeartbeatNs = 1'000'000'000;
/// Without a word for that long the consumer is gone, or the network is.
constexpr std::int64_t kSilenceNs = 5 * kHeartbeatNs / 2;
constexpr auto kGoodbye = std::chrono::seconds{5};

/// What the library says, in one line.
std::string words(natsStatus status) {
    std::string text = natsStatus_GetText(status);
    natsStatus last = NATS_OK;
    const char* told = nats_GetLastError(&last);
    std::string_view detail = told == nullptr ? "" : told;
    // "(conn.c:2088): what was wrong"
    if (const auto place = detail.find("): "); detail.starts_with('(') && place != std::string_view::npos)
        detail.remove_prefix(place + 3);
    if (!detail.empty() && last == status && text != detail) text.append(" (").append(detail).append(")");
    return text;
}

std::string list(const std::vector<std::string>& servers) {
    std::string text;
    for (const std::string& server : servers) text += (text.empty() ? "" : ",") + server;
    return text;
}

bool is_refusal(natsStatus status) {
    return status == NATS_CONNECTION_AUTH_FAILED || status == NATS_SSL_ERROR ||
           status == NATS_SECURE_CONNECTION_REQUIRED || status == NATS_SECURE_CONNECTION_WANTED;
}

StreamShape shape_of(const jsStreamConfig& config) {
    StreamShape shape;
    shape.keeps_to_limits = config.Retention == js_LimitsPolicy;
    shape.is_mirror = config.Mirror != nullptr || config.SourcesLen > 0;
    shape.is_sealed = config.Sealed;
    for (int i = 0; i < config.SubjectsLen; ++i) shape.subjects.emplace_back(config.Subjects[i]);
    shape.max_age_ns = config.MaxAge;
    return shape;
}

}  // namespace

Session::Session(const LinkOptions& options, std::function<void(Event)> tell, std::function<void()> wake)
    : options_(options), tell_(std::move(tell)), wake_(std::move(wake)) {}

/// What the library may still call has to be there until it is through.
Session::~Session() {
    is_broken_ = true;
    asked_subscription_.reset();
    answers_subscription_.reset();
    stream_subscription_.reset();
    context_.reset();
    connection_.reset();
    std::unique_lock lock{mutex_};
    ended_.wait_for(lock, kGoodbye, [this] { return calling_back_ <= 0; });
}

void Session::open(std::uint64_t consumed, std::int64_t& created_ns) {
    const bool is_first = created_ns == 0;
    connect(is_first);
    const Owned<jsStreamInfo> info = stream(is_first);
    look_at(*info, consumed, created_ns);
    heard_ns_ = now_ns();
    // Each by its own name: to whom a wildcard leads JetStream delivers nothing.
    subscribe(stream_subscription_, inbox_ + ".d", nullptr);
    subscribe(answers_subscription_, answers_ + "*", nullptr);
    // Before anything is delivered.
    tell_(Opened{created_ns, last_stream_seq_, info->Config->MaxAge,
                 static_cast<std::size_t>(natsConnection_GetMaxPayload(connection_.get()))});
    consume(consumed);
}

void Session::connect(bool is_first) {
    natsOptions* made = nullptr;
    natsStatus status = natsOptions_Create(&made);
    const Owned<natsOptions> options{made};
    const std::string servers = list(options_.servers);
    const auto then = [&status](auto&& next) {
        if (status == NATS_OK) status = next();
    };
    then([&] { return natsOptions_SetURL(made, servers.c_str()); });
    then([&] { return natsOptions_SetName(made, ("pushbench " + options_.process).c_str()); });
    then([&] { return natsOptions_SetTimeout(made, kConnectMs); });
    then([&] { return natsOptions_SetWriteDeadline(made, kFlushMs); });
    then([&] { return natsOptions_SetAllowReconnect(made, false); });
    then([&] { return natsOptions_SetNoEcho(made, false); });
    if (options_.tls) then([&] { return natsOptions_SetSecure(made, true); });
    if (!options_.ca_file.empty())
        then([&] { return natsOptions_LoadCATrustedCertificates(made, options_.ca_file.c_str()); });
    if (!options_.credentials_file.empty())
        then([&] {
            return natsOptions_SetUserCredentialsFromFiles(made, options_.credentials_file.c_str(), nullptr);
        });
    if (const auto colon = options_.token.find(':'); colon != std::string::npos)
        then([&] {
            return natsOptions_SetUserInfo(made, options_.token.substr(0, colon).c_str(),
                                           options_.token.substr(colon + 1).c_str());
        });
    else if (!options_.token.empty())
        then([&] { return natsOptions_SetToken(made, options_.token.c_str()); });
    then([&] {
        return natsOptions_SetClosedCB(
            made,
            [](natsConnection*, void* self) {
                auto* session = static_cast<Session*>(self);
                session->break_with("the connection was closed");
                const std::lock_guard lock{session->mutex_};
                --session->calling_back_;
                session->ended_.notify_all();
            },
            this);
    });
    then([&] {
        return natsOptions_SetErrorHandler(
            made,
            [](natsConnection* from, natsSubscription*, natsStatus error, void* self) {
                const char* told = nullptr;
                natsConnection_GetLastError(from, &told);
                const bool has_words = told != nullptr && *told != '\0';
                static_cast<Session*>(self)->tell_(Complained{has_words ? told : natsStatus_GetText(error)});
            },
            this);
    });
    natsConnection* connection = nullptr;
    then([&] {
        const natsStatus connected = natsConnection_Connect(&connection, made);
        if (connected == NATS_OK) {
            const std::lock_guard lock{mutex_};
            ++calling_back_;
        }
        return connected;
    });
    connection_.reset(connection);
    if (status == NATS_OK) return;
    const std::string line = servers + ": " + words(status);
    if (is_first && is_refusal(status)) throw Hopeless(line);
    throw Trouble(line);
}

Session::Owned<jsStreamInfo> Session::stream(bool is_first) {
    jsCtx* context = nullptr;
    if (const auto status = natsConnection_JetStream(&context, connection_.get(), nullptr); status != NATS_OK)
        throw Trouble("no JetStream: " + words(status));
    context_.reset(context);
    const char* name = options_.stream.c_str();
    jsStreamInfo* info = nullptr;
    jsErrCode code{};
    natsStatus status = js_GetStreamInfo(&info, context, name, nullptr, &code);
    if (status == NATS_NOT_FOUND && is_first && options_.create) {
        const std::string subject = options_.stream + ".*";
        const char* subjects[] = {subject.c_str()};
        jsStreamConfig config;
        jsStreamConfig_Init(&config);
        config.Name = name;
        config.Subjects = subjects;
        config.SubjectsLen = 1;
        config.MaxMsgsPerSubject = options_.history;
        config.MaxAge = options_.max_age_ns;
        status = js_AddStream(&info, context, &config, nullptr, &code);
        // Another server made it at the same time, perhaps with other limits.
        if (status != NATS_OK) status = js_GetStreamInfo(&info, context, name, nullptr, &code);
    }
    if (status == NATS_OK) return Owned<jsStreamInfo>{info};
    const std::string where = list(options_.servers);
    if (status == NATS_NOT_FOUND && is_first)
        throw Hopeless(where + " has no stream '" + options_.stream +
                       "'; expected one that is there, or --source-create");
    if (status == NATS_NOT_FOUND) throw Trouble(where + " has no stream '" + options_.stream + "' any more");
    if (status == NATS_NO_RESPONDERS && is_first)
        throw Hopeless(where + " has no JetStream; expected nats-server -js");
    throw Trouble(where + ": stream '" + options_.stream + "': " + words(status));
}

void Session::look_at(const jsStreamInfo& stream, std::uint64_t consumed, std::int64_t& created_ns) {
    const StreamShape shape = shape_of(*stream.Config);
    if (const std::string problem = problem_of(options_.stream, shape); !problem.empty())
        throw Hopeless(problem);
    if (created_ns != 0 && stream.Created != created_ns)
        throw Hopeless("stream '" + options_.stream +
                       "' was made anew: its numbers begin again, as a restart of this server does");
    if (stream.State.LastSeq < consumed)
        throw Hopeless(
            "stream '" + options_.stream + "' went back from message " + std::to_string(consumed) + " to " +
            std::to_string(stream.State.LastSeq) +
            ": it has lost what it had stored; a restart of this server goes on with what is left");
    created_ns = stream.Created;
    last_stream_seq_ = stream.State.LastSeq;
    prefix_ = *prefix_of(shape.subjects.front());
    natsInbox* inbox = nullptr;
    if (const auto status = natsInbox_Create(&inbox); status != NATS_OK) throw Trouble(words(status));
    inbox_ = inbox;
    natsInbox_Destroy(inbox);
    answers_ = inbox_ + ".a.";
    asked_ = publish_prefix(options_.stream) + ".";
}

void Session::subscribe(Owned<natsSubscription>& subscription, const std::string& subject,
                        const char* group) {
    const auto on_message = [](natsConnection*, natsSubscription*, natsMsg* message, void* self) {
        auto* session = static_cast<Session*>(self);
        const Owned<natsMsg> owned{message};
        if (!session->is_broken_) session->on_message(message);
    };
    const auto on_complete = [](void* self) {
        auto* session = static_cast<Session*>(self);
        const std::lock_guard lock{session->mutex_};
        --session->calling_back_;
        session->ended_.notify_all();
    };
    natsSubscription* made = nullptr;
    natsStatus status =
        group == nullptr
            ? natsConnection_Subscribe(&made, connection_.get(), subject.c_str(), on_message, this)
            : natsConnection_QueueSubscribe(&made, connection_.get(), subject.c_str(), group, on_message,
                                            this);
    if (status == NATS_OK) status = natsSubscription_SetPendingLimits(made, -1, -1);
    if (status == NATS_OK) status = natsSubscription_SetOnCompleteCB(made, on_complete, this);
    subscription.reset(made);
    if (status != NATS_OK) throw Trouble("cannot subscribe to '" + subject + "': " + words(status));
    const std::lock_guard lock{mutex_};
    ++calling_back_;
}

void Session::consume(std::uint64_t consumed) {
    const std::string deliver = inbox_ + ".d";
    jsConsumerConfig config;
    jsConsumerConfig_Init(&config);
    config.DeliverSubject = deliver.c_str();
    config.DeliverPolicy = js_DeliverByStartSequence;
    config.OptStartSeq = consumed + 1;
    config.AckPolicy = js_AckNone;
    config.FlowControl = true;
    config.Heartbeat = kHeartbeatNs;
    config.MemoryStorage = true;
    jsConsumerInfo* made = nullptr;
    jsErrCode code{};
    const natsStatus status =
        js_AddConsumer(&made, context_.get(), options_.stream.c_str(), &config, nullptr, &code);
    const Owned<jsConsumerInfo> info{made};
    if (status != NATS_OK) throw Trouble("cannot consume stream '" + options_.stream + "': " + words(status));
    if (info->NumPending == 0 && info->Delivered.Consumer == 0) caught_up();
}

void Session::caught_up() {
    if (!has_caught_up_.exchange(true)) wake_();
}

/// Not before does it answer other NATS clients: other servers can do so sooner.
void Session::tell_caught_up() {
    subscribe(asked_subscription_, asked_ + "*", "pushbench");
    flush();
    tell_(CaughtUp{last_stream_seq_});
}

void Session::look_after() {
    if (std::string why = why_broken(); !why.empty()) throw Trouble(why);
    if (now_ns() - heard_ns_ > kSilenceNs)
        throw Trouble(list(options_.servers) + " has been silent for more than 2 s");
    if (has_caught_up_ && !asked_subscription_) tell_caught_up();
}

void Session::send(const Attempt& attempt) {
    const std::string subject = prefix_ + "." + to_token(attempt.topic);
    const std::string reply = answers_ + std::to_string(attempt.id);
    natsMsg* made = nullptr;
    natsStatus status = natsMsg_Create(&made, subject.c_str(), reply.c_str(), attempt.payload->data(),
                                       static_cast<int>(attempt.payload->size()));
    const Owned<natsMsg> message{made};
    const auto set = [&](const char* header, const std::string& value) {
        if (status == NATS_OK) status = natsMsgHeader_Set(made, header, value.c_str());
    };
    set(kSeqHeader, std::to_string(attempt.seq));
    set(kTimesHeader, to_text({attempt.due_ns, attempt.sent_ns}));
    set(kIdHeader, to_id(options_.process, attempt.id));
    set(kExpectedHeader, std::to_string(attempt.expected_last));
    if (status == NATS_OK) status = natsConnection_PublishMsg(connection_.get(), made);
    if (status == NATS_OK) return;
    if (status == NATS_MAX_PAYLOAD) return tell_(Answered{attempt.id, {.problem = words(status)}});
    throw Trouble("cannot send: " + words(status));
}

void Session::send(const std::string& subject, const std::string& text) {
    const natsStatus status = natsConnection_PublishString(connection_.get(), subject.c_str(), text.c_str());
    if (status != NATS_OK) throw Trouble("cannot send: " + words(status));
}

void Session::flush() {
    const natsStatus status = natsConnection_FlushTimeout(connection_.get(), kFlushMs);
    if (status != NATS_OK) throw Trouble(list(options_.servers) + " does not answer: " + words(status));
}

void Session::break_with(std::string why) {
    const std::lock_guard lock{mutex_};
    if (why_broken_.empty()) why_broken_ = std::move(why);
    is_broken_ = true;
}

std::string Session::why_broken() {
    const std::lock_guard lock{mutex_};
    return why_broken_;
}

}  // namespace pushbench::jetstream
