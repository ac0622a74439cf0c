#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <cstddef>
#include <string>

#include "servers/net/fake_calls.hpp"
#include "servers/net/socket_pair.hpp"
#include "servers/one_worker.hpp"

namespace pushbench {

/// One client of a worker whose system calls go as the test says. The near end is for the session under test.
struct FakeClient {
    FakeClient() {
        // Of which nothing is read, so that the kernel tells of it whenever it is asked.
        EXPECT_EQ(::send(ends.far, "x", 1, MSG_NOSIGNAL), 1);
    }

    /// There is room again, and what is there can be read.
    void go_on() {
        own.worker.poller.ask_again(ends.near);
        own.run();
    }
    /// The client says it, and the kernel tells.
    void say(const std::string& text) {
        calls.to_receive += text;
        go_on();
    }
    std::size_t open() { return own.worker.counters.connections.get(); }

    FakeCalls calls;
    OneWorker own{FakeCalls::table()};
    SocketPair ends;
};

}  // namespace pushbench
