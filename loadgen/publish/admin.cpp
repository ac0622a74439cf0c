#include "loadgen/publish/admin.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "loadgen/measure/clock.hpp"
#include "loadgen/wire/http_response.hpp"

namespace pushbench::loadgen {
namespace {

namespace json = boost::json;

constexpr std::int64_t answer_limit_ns = 5 * ns_per_s;

/// A connected socket that every wait on is bounded by the same end.
class BoundedSocket {
 public:
    explicit BoundedSocket(const Address& address)
        : address_{address}, until_ns_{now_ns() + answer_limit_ns} {
        fd_ = start_connect(address, 0);
        if (fd_ < 0) fail("cannot connect to", -fd_);
        wait_for(POLLOUT);
        if (const int error = connect_outcome(fd_); error != 0) {
            close(fd_);
            fail("cannot connect to", error);
        }
    }
    ~BoundedSocket() { close(fd_); }
    BoundedSocket(const BoundedSocket&) = delete;
    BoundedSocket& operator=(const BoundedSocket&) = delete;

    void write(std::string_view bytes) {
        while (!bytes.empty()) {
            const auto sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent >= 0)
                bytes.remove_prefix(static_cast<std::size_t>(sent));
            else if (errno == EAGAIN)
                wait_for(POLLOUT);
            else
                fail("cannot write to", errno);
        }
    }
    /// 0 at the end.
    std::size_t read(char* buffer, std::size_t capacity) {
        while (true) {
            const auto got = recv(fd_, buffer, capacity, 0);
            if (got >= 0) return static_cast<std::size_t>(got);
            if (errno != EAGAIN) fail("cannot read from", errno);
            wait_for(POLLIN);
        }
    }

 private:
    void wait_for(short events) {
        pollfd waited{fd_, events, 0};
        const std::int64_t left_ms = (until_ns_ - now_ns()) / ns_per_ms;
        if (left_ms <= 0 || poll(&waited, 1, static_cast<int>(left_ms)) == 0)
            fail("no answer within 5 s from", ETIMEDOUT);
    }
    [[noreturn]] void fail(const std::string& what, int error) const {
        throw Failure(what + " the admin port " + address_.text + ": " + std::strerror(error) +
                      "; is a server running there? (--admin)");
    }

    const Address& address_;
    std::int64_t until_ns_;
    int fd_ = -1;
};

struct ReplySink final : ResponseSink {
    void on_head(const ResponseHead& head) override {
        status = head.status;
        status_text = describe(head);
    }
    void on_body(std::string_view piece) override { body += piece; }
    void on_end() override { whole = true; }

    int status = 0;
    std::string status_text;
    std::string body;
    bool whole = false;
};

std::optional<json::object> parse_object(std::string_view text) {
    boost::system::error_code error;
    auto value = json::parse({text.data(), text.size()}, error);
    if (error || !value.is_object()) return std::nullopt;
    return std::move(value.get_object());
}

std::optional<std::int64_t> whole_number(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains({name.data(), name.size()});
    if (value == nullptr || !value->is_int64()) return std::nullopt;
    return value->get_int64();
}

}  // namespace

AdminClient::Reply AdminClient::call(std::string_view method, std::string_view path,
                                     std::string_view body) const {
    std::string request{method};
    request += ' ';
    request += path;
    request += " HTTP/1.1\r\nHost: " + address_.text + "\r\nConnection: close\r\n";
    if (!body.empty())
        request +=
            "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
    request += "\r\n";
    request += body;

    BoundedSocket socket{address_};
    socket.write(request);
    HttpResponse response;
    ReplySink sink;
    char buffer[16 * 1024];
    while (!sink.whole) {
        const std::size_t size = socket.read(buffer, sizeof buffer);
        std::string_view rest;
        if (size == 0 && !response.closed(sink))
            throw Failure("the admin port " + address_.text + " closed before it answered " +
                          std::string{path});
        if (size != 0 && response.read({buffer, size}, sink, rest) == HttpResponse::State::broken)
            throw Failure("the admin port " + address_.text + " answered " + std::string{path} +
                          " with something that is not HTTP; give the server's admin address with --admin");
    }
    return {sink.status, sink.status_text, sink.body};
}

void AdminClient::refuse(const std::string& request, const Reply& reply, const std::string& right) const {
    std::string said = reply.body.substr(0, 200);
    for (char& c : said)
        if (c == '\n' || c == '\r') c = ' ';
    throw AdminRefusal("the admin port " + address_.text + " answered " + request + " with " +
                       reply.status_text + (said.empty() ? "" : " '" + said + "'") + "; expected " + right);
}

void AdminClient::start(const ScheduleOrder& order) const {
    const json::object body = {{"rate", order.rate_per_s}, {"payload_bytes", order.payload_bytes},
                               {"arrival", order.arrival}, {"seed", order.seed},
                               {"topics", order.topics},   {"topic", order.topic},
                               {"count", order.count}};
    const Reply reply = call("POST", "/schedule", json::serialize(body));
    if (reply.status != 202)
        refuse(
            "POST /schedule", reply,
            reply.status == 409 ? "no other schedule to be running" : "202 (is this a server's admin port?)");
}

void AdminClient::stop() const {
    (void)call("DELETE", "/schedule");
}

ScheduleState AdminClient::schedule() const {
    const Reply reply = call("GET", "/schedule");
    const auto object = parse_object(reply.body);
    const auto* running = object ? object->if_contains("running") : nullptr;
    if (reply.status != 200 || running == nullptr || !running->is_bool())
        refuse("GET /schedule", reply, "200 and {\"running\":…}");
    return {running->get_bool(), whole_number(*object, "published").value_or(0),
            whole_number(*object, "due_first_ns"), whole_number(*object, "due_last_ns")};
}

std::vector<std::uint64_t> AdminClient::heads(const std::vector<std::string>& topics) const {
    const Reply reply = call("GET", "/topics");
    const auto object = parse_object(reply.body);
    if (reply.status != 200 || !object) refuse("GET /topics", reply, "200 and {\"topic\":sequence,…}");
    std::vector<std::uint64_t> heads;
    heads.reserve(topics.size());
    for (const std::string& topic : topics)
        heads.push_back(static_cast<std::uint64_t>(whole_number(*object, topic).value_or(0)));
    return heads;
}

std::map<std::string, double> AdminClient::metrics() const {
    const Reply reply = call("GET", "/metrics");
    return reply.status == 200 ? parse_metrics(reply.body) : std::map<std::string, double>{};
}

std::map<std::string, double> parse_metrics(std::string_view text) {
    std::map<std::string, double> values;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        const std::string line{text.substr(0, end)};
        text.remove_prefix(std::min(end + 1, text.size()));
        const auto name_end = line.find_first_of("{ ");
        const auto labels_end = line.rfind('}');
        const auto value_at = line.find(' ', labels_end == std::string::npos ? name_end : labels_end);
        if (line.starts_with('#') || name_end == std::string::npos || value_at == std::string::npos) continue;
        values[line.substr(0, name_end)] += std::strtod(line.c_str() + value_at, nullptr);
    }
    return values;
}

}  // namespace pushbench::loadgen
