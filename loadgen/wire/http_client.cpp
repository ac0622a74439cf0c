#include "loadgen/wire/http_client.hpp"

#include <poll.h>

#include <cerrno>
#include <cstring>

#include "loadgen/measure/clock.hpp"
#include "loadgen/measure/format.hpp"
#include "loadgen/wire/failure.hpp"
#include "loadgen/wire/socket.hpp"

namespace pushbench::loadgen {
namespace {

constexpr std::size_t largest_answer_bytes = 16 * 1024 * 1024;

bool may_be_asked_twice(std::string_view method) {
    return method == "GET" || method == "HEAD" || method == "PUT" || method == "DELETE";
}

}  // namespace

struct HttpClient::Answering final : ResponseSink {
    void on_head(const ResponseHead& head) override {
        answer.status = head.status;
        answer.status_text = describe(head);
        kept = head.keeps_alive();
    }
    void on_body(std::string_view piece) override { answer.body += piece; }
    void on_end() override { whole = true; }

    HttpAnswer answer;
    std::string end;  ///< of the connection, where it was none that a server means
    bool kept = false;
    bool whole = false;
};

HttpClient::HttpClient(Target target, std::string peer, std::string advice)
    : target_{std::move(target)},
      peer_{std::move(peer)},
      advice_{std::move(advice)},
      buffer_(16 * 1024, '\0') {}

HttpAnswer HttpClient::request(std::string_view method, std::string_view path,
                               std::span<const Header> headers, std::string_view body,
                               std::chrono::nanoseconds limit) {
    limit_ = limit;
    until_ns_ = now_ns() + limit.count();
    (request_ = method).append(" ").append(path);
    compose(method, path, headers, body);
    const bool reused = still_open();
    if (!reused) connect();
    Answering first;
    if (ask(first)) return std::move(first.answer);
    if (!reused || !may_be_asked_twice(method))
        fail(peer_ + " closed before it answered " + request_, first.end);
    connect();
    Answering second;
    if (!ask(second)) fail(peer_ + " closed before it answered " + request_, second.end);
    return std::move(second.answer);
}

void HttpClient::compose(std::string_view method, std::string_view path, std::span<const Header> headers,
                         std::string_view body) {
    out_ = method;
    ((out_ += ' ') += path) += " HTTP/1.1\r\nHost: ";
    (out_ += target_.authority) += "\r\n";
    const auto add = [this](const Header& header) {
        (((out_ += header.name) += ": ") += header.value) += "\r\n";
    };
    for (const Header& header : headers) add(header);
    // Of a method that usually brings a body, that there is none has to be said (RFC 9110 §8.6).
    if (!body.empty() || method == "POST" || method == "PUT" || method == "PATCH")
        ((out_ += "Content-Length: ") += std::to_string(body.size())) += "\r\n";
    (out_ += "\r\n") += body;
}

/// Whether the kept connection can be used: between two requests there is nothing to read on one.
bool HttpClient::still_open() {
    if (!channel_.is_open()) return false;
    if (channel_.read(buffer_.data(), buffer_.size()).state == Io::want_read) return true;
    channel_.close();
    return false;
}

/// Each address in turn, the one that answered last first.
void HttpClient::connect() {
    channel_.close();
    int error = 0;
    for (std::size_t tried = 0; tried != target_.addresses.size(); ++tried) {
        error = connect_to(target_.addresses[next_address_ % target_.addresses.size()]);
        if (error == 0) break;
        ++next_address_;
    }
    if (error != 0) fail("cannot connect to " + peer_, std::strerror(error));
    ++connects_;
    shake_hands();
}

int HttpClient::connect_to(const Address& address) {
    const int fd = start_connect(address, 0);
    if (fd < 0) return -fd;
    channel_ = target_.channel(fd, Resume::yes);
    wait_for(Io::want_write);
    return connect_outcome(fd);
}

void HttpClient::shake_hands() {
    for (Io state = channel_.handshake(); state != Io::done; state = channel_.handshake()) {
        if (is_over(state)) fail("cannot connect to " + peer_, channel_.describe({.state = state}));
        wait_for(state);
    }
}

/// False where the connection ended before anything came.
bool HttpClient::ask(Answering& answer) {
    for (std::string_view left = out_; !left.empty();) {
        const IoResult sent = channel_.write(left);
        if (is_over(sent.state)) break;  // there may be an answer all the same, and the read tells
        if (sent.state != Io::done) wait_for(sent.state);
        left.remove_prefix(sent.bytes);
    }
    HttpResponse response;
    bool came = false;
    while (!answer.whole) {
        const IoResult got = channel_.read(buffer_.data(), buffer_.size());
        if (got.state == Io::done) {
            came = true;
            take({buffer_.data(), got.bytes}, response, answer);
        } else if (!is_over(got.state)) {
            wait_for(got.state);
        } else if (got.state != Io::closed || !response.closed(answer)) {
            if (got.state != Io::closed) answer.end = channel_.describe(got);
            if (!came) return false;
            fail(peer_ + " broke off its answer to " + request_, channel_.describe(got));
        } else {
            answer.kept = false;
        }
    }
    if (!answer.kept) channel_.close();
    return true;
}

void HttpClient::take(std::string_view bytes, HttpResponse& response, Answering& answer) {
    std::string_view rest;
    const auto state = response.read(bytes, answer, rest);
    const std::string with = peer_ + " answered " + request_ + " with ";
    if (state == HttpResponse::State::broken) fail(with + std::string{response.why()}, {});
    if (state == HttpResponse::State::upgraded) fail(with + "101, which nobody asked for", {});
    if (answer.answer.body.size() > largest_answer_bytes) fail(with + "over 16 MiB", {});
    if (!rest.empty()) answer.kept = false;  // who answers what was not asked cannot be followed
}

void HttpClient::wait_for(Io what) {
    pollfd waited{channel_.fd(), static_cast<short>(what == Io::want_write ? POLLOUT : POLLIN), 0};
    const std::int64_t left_ms = (until_ns_ - now_ns()) / ns_per_ms;
    if (left_ms <= 0 || poll(&waited, 1, static_cast<int>(left_ms)) == 0)
        fail("no answer within " + format_us(static_cast<double>(limit_.count()) / 1e3) + " from " + peer_,
             {});
}

void HttpClient::fail(const std::string& what, const std::string& why) {
    channel_.close();  // what would come on it belongs to this request
    throw Failure(printable(what) + (why.empty() ? "" : ": " + why) +
                  (advice_.empty() ? "" : "; " + advice_));
}

}  // namespace pushbench::loadgen
