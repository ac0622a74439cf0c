#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "loadgen/publish/route.hpp"

namespace pushbench::loadgen {

/// An HTTP API of a few lines, for any number of connections at once: `answer` is given a whole request and
/// says the whole response, from several threads. One that is empty closes the connection without a word.
class FakeApi {
 public:
    using Answer = std::function<std::string(const std::string& request, int connection)>;
    explicit FakeApi(Answer answer);
    ~FakeApi();
    FakeApi(const FakeApi&) = delete;
    FakeApi& operator=(const FakeApi&) = delete;

    /// To `path` at this API, by POST and with this body.
    [[nodiscard]] Route route(const std::string& path, const std::string& body) const;
    [[nodiscard]] std::vector<std::string> requests();
    [[nodiscard]] int connections() const { return accepted_; }

 private:
    void serve(int fd, int number);

    Answer answer_;
    int listener_;
    std::atomic<int> accepted_{0};
    std::mutex mutex_;
    std::vector<std::string> requests_;
    std::vector<int> open_;
    std::vector<std::thread> threads_;
    std::thread acceptor_;
};

/// A response with that status line's end, and a body.
std::string api_answer(const std::string& status, const std::string& body = "",
                       const std::string& more_headers = "");

}  // namespace pushbench::loadgen
