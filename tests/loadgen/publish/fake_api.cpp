#include "publish/fake_api.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace pushbench::loadgen {
namespace {

/// Cuts the first whole request off the front; empty if there is none yet.
std::string cut_request(std::string& bytes) {
    const auto head_end = bytes.find("\r\n\r\n");
    if (head_end == std::string::npos) return {};
    const auto length_at = bytes.find("Content-Length: ");
    const std::size_t body =
        length_at < head_end ? std::strtoul(bytes.c_str() + length_at + 16, nullptr, 10) : 0;
    if (bytes.size() < head_end + 4 + body) return {};
    std::string request = bytes.substr(0, head_end + 4 + body);
    bytes.erase(0, request.size());
    return request;
}

}  // namespace

FakeApi::FakeApi(Answer answer)
    : answer_{std::move(answer)}, listener_{socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
    sockaddr_in any{};
    any.sin_family = AF_INET;
    any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    (void)bind(listener_, reinterpret_cast<const sockaddr*>(&any), sizeof any);
    listen(listener_, 64);
    acceptor_ = std::thread{[this] {
        for (;;) {
            const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
            if (fd < 0) return;  // the listener was shut down
            const std::scoped_lock lock{mutex_};
            open_.push_back(fd);
            threads_.emplace_back([this, fd, number = accepted_++] { serve(fd, number); });
        }
    }};
}

FakeApi::~FakeApi() {
    shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    for (const int fd : open_) shutdown(fd, SHUT_RDWR);
    for (std::thread& thread : threads_) thread.join();
    for (const int fd : open_) close(fd);
    close(listener_);
}

void FakeApi::serve(int fd, int number) {
    std::string bytes;
    char buffer[4096];
    for (;;) {
        const std::string request = cut_request(bytes);
        if (request.empty()) {
            const auto got = recv(fd, buffer, sizeof buffer, 0);
            if (got <= 0) break;
            bytes.append(buffer, static_cast<std::size_t>(got));
            continue;
        }
        {
            const std::scoped_lock lock{mutex_};
            requests_.push_back(request);
        }
        const std::string response = answer_(request, number);
        if (!response.empty()) (void)send(fd, response.data(), response.size(), MSG_NOSIGNAL);
        if (response.empty() || response.find("Connection: close") != std::string::npos) break;
    }
    shutdown(fd, SHUT_RDWR);
}

Route FakeApi::route(const std::string& path, const std::string& body) const {
    sockaddr_in bound{};
    socklen_t length = sizeof bound;
    getsockname(listener_, reinterpret_cast<sockaddr*>(&bound), &length);
    PublishVia via;
    via.url = "http://127.0.0.1:" + std::to_string(ntohs(bound.sin_port)) + path;
    via.body = body;
    return make_route(via, {});
}

std::vector<std::string> FakeApi::requests() {
    const std::scoped_lock lock{mutex_};
    return requests_;
}

std::string api_answer(const std::string& status, const std::string& body, const std::string& more_headers) {
    return "HTTP/1.1 " + status + "\r\n" + more_headers + "Content-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

}  // namespace pushbench::loadgen
