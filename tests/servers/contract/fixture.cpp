#include "servers/contract/fixture.hpp"

#include <signal.h>

#include <algorithm>

namespace pushbench::contract {
namespace {

std::unique_ptr<Subscriber> short_poll(std::uint16_t port, const Following& following) {
    return subscribe_by_polling(port, following, {});
}

std::unique_ptr<Subscriber> long_poll(std::uint16_t port, const Following& following) {
    return subscribe_by_polling(port, following, "2s");
}

/// ThreadSanitizer has something to look at only where there are threads: so all of the contract is held with
/// two, except where a test is about one.
#if defined(__SANITIZE_THREAD__)
constexpr bool kTwoThreads = true;
#else
constexpr bool kTwoThreads = false;
#endif

}  // namespace

void PrintTo(const Variant& variant, std::ostream* out) {
    *out << variant.name;
}

const std::vector<Variant>& variants() {
    static const std::vector<Variant> all{
        {"ShortPoll", POLLING_SERVER, "/poll", {}, false, short_poll},
        {"LongPoll", POLLING_SERVER, "/poll", {}, false, long_poll},
        {"WebSocket", WEBSOCKET_SERVER, "/ws", {}, true, subscribe_by_websocket},
        {"WebSocketBeast", WEBSOCKET_SERVER, "/ws", {"--framing", "beast"}, true, subscribe_by_websocket},
        {"Sse", SSE_SERVER, "/events", {}, true, subscribe_by_sse},
        {"PushLongPoll", PUSH_SERVER, "/poll", {}, false, long_poll},
        {"PushWebSocket", PUSH_SERVER, "/ws", {}, true, subscribe_by_websocket},
        {"PushSse", PUSH_SERVER, "/events", {}, true, subscribe_by_sse},
    };
    return all;
}

std::vector<Variant> servers() {
    return {variant("LongPoll"), variant("WebSocket"), variant("Sse")};
}

const Variant& variant(const std::string& name) {
    for (const Variant& one : variants())
        if (one.name == name) return one;
    throw std::runtime_error("no such variant: " + name);
}

void ServerTest::start(const Variant& variant, const std::vector<std::string>& more) {
    variant_ = variant;
    std::vector<std::string> command{variant.server, "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"};
    command.insert(command.end(), variant.arguments.begin(), variant.arguments.end());
    command.insert(command.end(), more.begin(), more.end());
    if (kTwoThreads && std::find(more.begin(), more.end(), "--threads") == more.end())
        command.insert(command.end(), {"--threads", "2"});
    server_ = std::make_unique<ServerProcess>(command);
    admin_client_ = std::make_unique<HttpClient>(server_->admin_port());
}

std::unique_ptr<Subscriber> ServerTest::subscribe(const Following& following) {
    return variant_.subscribe(server().port(), following);
}

std::uint64_t ServerTest::publish(const std::string& payload, const std::string& topic) {
    const Answer answer = admin("POST", "/publish?topic=" + url_encode(topic), payload);
    EXPECT_EQ(answer.status, 200U) << answer.body;
    if (answer.status != 200) return 0;
    return boost::json::parse(answer.body).at("seq").to_number<std::uint64_t>();
}

void ServerTest::publish_many(int count, const std::string& topic) {
    for (int i = 0; i < count; ++i) publish("n" + std::to_string(i), topic);
}

Answer ServerTest::admin(std::string_view method, std::string_view target, std::string_view body) {
    const Answer answer = admin_client_->request(method, target, body);
    if (answer.status != 0) return answer;
    // The idle connection was closed, as it may be. Any client then takes a new one.
    admin_client_ = std::make_unique<HttpClient>(server_->admin_port());
    return admin_client_->request(method, target, body);
}

Answer ServerTest::ask(std::string_view target, const Headers& headers) {
    return http_request(server().port(), "GET", target, {}, headers);
}

std::uint64_t ServerTest::metric(const std::string& name, const std::string& reason) {
    const std::string text = admin("GET", "/metrics").body;
    auto line = text.find("\n" + name + "{");
    if (!reason.empty()) line = text.find(",reason=\"" + reason + "\"}", line);
    if (line == std::string::npos) throw std::runtime_error("no metric " + name + " in " + text);
    return std::stoull(text.substr(text.find(' ', line)));
}

bool ServerTest::metric_reaches(const std::string& name, std::uint64_t value, const std::string& reason) {
    return eventually([&] { return metric(name, reason) == value; });
}

void ServerTest::expect_graceful_end() {
    server().signal(SIGTERM);
    const auto code = server().wait_exit(std::chrono::milliseconds{5000});
    ASSERT_TRUE(code.has_value()) << "still running after 5 s";
    EXPECT_EQ(*code, 0) << server().errors();
}

void expect_one_line(const Answer& answer) {
    EXPECT_EQ(std::count(answer.body.begin(), answer.body.end(), '\n'), 1) << answer.body;
    EXPECT_TRUE(answer.body.ends_with('\n'));
}

}  // namespace pushbench::contract
