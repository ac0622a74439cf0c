// Who is let in, and how many are counted meanwhile.
#include "net/listener.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "servers/one_worker.hpp"

namespace pushbench {
namespace {

/// A client that connects, says nothing and may leave.
class Caller {
 public:
    explicit Caller(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        EXPECT_EQ(::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    }
    ~Caller() { ::close(fd_); }
    Caller(const Caller&) = delete;
    Caller& operator=(const Caller&) = delete;

 private:
    int fd_;
};

/// It is there until its worker ends, or the test closes it.
class Quiet final : public Session {
 public:
    Quiet(Worker& worker, Socket socket) : Session(worker), socket_(std::move(socket)) {}
    void shut_down() override {}
    void close() override {
        socket_.close();
        reap_later();
    }

 private:
    Socket socket_;
};

/// Two workers in turn, of which the second gets to nothing before the test says so.
class ListenerTest : public ::testing::Test {
 protected:
    explicit ListenerTest(std::size_t most = 1)
        : listener(listen_on(first.worker.io, {"127.0.0.1", 0}), {&first.worker, &second.worker},
                   Admission{most}, [this](Worker& worker, Socket socket, bool refuse) -> Session& {
                       admitted.push_back({new Quiet(worker, std::move(socket)), refuse});
                       return *admitted.back().session;
                   }) {
        listener.start();
    }
    ~ListenerTest() override { listener.stop(); }

    std::unique_ptr<Caller> call() {
        auto caller = std::make_unique<Caller>(listener.endpoint().port());
        first.run();
        return caller;
    }
    std::uint64_t open() const {
        return first.worker.counters.connections.get() + second.worker.counters.connections.get();
    }

    struct Admitted {
        Session* session;  // owned by its worker
        bool refuse;
    };
    std::vector<Admitted> admitted;
    OneWorker first;
    OneWorker second;
    Listener listener;
};

TEST_F(ListenerTest, WhoIsToldThatThereAreTooManyTakesNoPlaceOnTheWayToItsThread) {
    const auto inside = call();
    const auto over = call();
    ASSERT_EQ(admitted.size(), 1U);
    EXPECT_EQ(second.worker.counters.refusing.get(), 1U) << "counted before its thread has got to it";
    admitted[0].session->close();
    first.run();
    ASSERT_EQ(open(), 0U);
    const auto next = call();
    ASSERT_EQ(admitted.size(), 2U);
    EXPECT_FALSE(admitted[1].refuse);
    second.run();
    ASSERT_EQ(admitted.size(), 3U);
    EXPECT_TRUE(admitted[2].refuse);
}

class ListenerOfTwoTest : public ListenerTest {
 protected:
    ListenerOfTwoTest() : ListenerTest(2) {}
};

TEST_F(ListenerOfTwoTest, WhoIsOnTheWayToItsThreadHasItsPlace) {
    const auto one = call();
    const auto on_its_way = call();
    EXPECT_EQ(open(), 2U);
    const auto over = call();
    ASSERT_EQ(admitted.size(), 2U);
    EXPECT_FALSE(admitted[0].refuse);
    EXPECT_TRUE(admitted[1].refuse);
    second.run();
    EXPECT_FALSE(admitted[2].refuse);
    EXPECT_EQ(open(), 2U);
}

}  // namespace
}  // namespace pushbench
