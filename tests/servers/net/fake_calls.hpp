#pragma once

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <deque>
#include <string>
#include <string_view>

#include "net/socket_calls.hpp"
#include "servers/net/joined.hpp"

namespace pushbench {

/// A kernel that does as it is told. What is not told takes all that is sent, and has nothing to be read. One
/// at a time: a table of functions knows no owner.
class FakeCalls {
 public:
    /// How a call goes: it takes or gives so many bytes at most, or it fails.
    struct Step {
        std::size_t most_bytes = 0;
        int error = 0;
    };
    static Step bytes(std::size_t most) { return {most, 0}; }
    static Step fails(int error) { return {0, error}; }

    FakeCalls() { current() = this; }
    ~FakeCalls() { current() = nullptr; }
    FakeCalls(const FakeCalls&) = delete;
    FakeCalls& operator=(const FakeCalls&) = delete;

    static const SocketCalls& table() {
        static const SocketCalls kTable{receive, send, send_pieces, end_sending, close};
        return kTable;
    }

    std::deque<Step> sends;     ///< of the next ones
    std::deque<Step> receives;  ///< the same; 0 bytes are the end
    std::string sent;
    std::string to_receive;
    int send_calls = 0;
    bool ended = false;

 private:
    static FakeCalls*& current() {
        static FakeCalls* fake = nullptr;
        return fake;
    }
    static Step next(std::deque<Step>& steps, Step otherwise) {
        if (steps.empty()) return otherwise;
        const Step step = steps.front();
        steps.pop_front();
        return step;
    }
    ssize_t take(std::string_view text) {
        ++send_calls;
        const Step step = next(sends, bytes(text.size()));
        errno = step.error;
        if (step.error != 0) return -1;
        sent += text.substr(0, step.most_bytes);
        return static_cast<ssize_t>(std::min(step.most_bytes, text.size()));
    }

    static ssize_t receive(int, char* into, std::size_t most_bytes) {
        FakeCalls& fake = *current();
        const Step step = next(fake.receives, fake.to_receive.empty() ? fails(EAGAIN) : bytes(most_bytes));
        errno = step.error;
        if (step.error != 0) return -1;
        const std::size_t count = fake.to_receive.copy(into, std::min(most_bytes, step.most_bytes));
        fake.to_receive.erase(0, count);
        return static_cast<ssize_t>(count);
    }
    static ssize_t send(int, const char* bytes, std::size_t size_bytes) {
        return current()->take({bytes, size_bytes});
    }
    static ssize_t send_pieces(int, iovec* pieces, std::size_t count) {
        return current()->take(joined({pieces, count}));
    }
    static int end_sending(int) {
        current()->ended = true;
        return 0;
    }
    static int close(int fd) { return ::close(fd); }
};

}  // namespace pushbench
