// A delivery allocates nothing: what a notification costs in memory is the same for one subscriber and for a
// hundred. Every operator new of this program is counted.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <vector>

#include "allocations.hpp"
#include "notify/clock.hpp"
#include "servers/life.hpp"
#include "sse/frame.hpp"
#include "sse/session.hpp"
#include "websocket/frame.hpp"
#include "websocket/session.hpp"

namespace pushbench {
namespace {

struct NoClientPublisher final : ClientPublisher {
    void publish_from_client(std::string, std::string) override {}
};

struct Nobody final : Pollable {
    void on_events(std::uint32_t) override {}
};

/// Streams of one thread, each with the far end of its socket at hand.
template <class Session>
class Streams {
 public:
    template <class... Own>
    explicit Streams(std::size_t count, const Own&... own) : ends_(count) {
        for (int& end : ends_) {
            std::array<int, 2> pair{};
            if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair.data()) != 0) std::abort();
            end = pair[1];
            Socket socket{pair[0]};
            socket.watch(worker_.poller, nobody_);
            (new Session(worker_, std::move(socket), own...))->start("head", Wanted{{"t"}, {}}, {});
        }
        deliver(4);  // what the reactor keeps for later, it keeps now
    }
    ~Streams() {
        for (const int end : ends_) ::close(end);
    }

    /// How many allocations so many notifications took, without their encoding.
    std::size_t deliver(int notifications) {
        std::size_t during = 0;
        for (int i = 0; i < notifications; ++i) {
            const Notification notification{worker_.hub.head("t") + 1, "t", now_ns(), now_ns(), "payload"};
            const auto entry = std::make_shared<const Entry>(notification.seq, to_json(notification));
            const std::size_t before = allocations();
            worker_.hub.append("t", entry);
            worker_.io.poll();
            during += allocations() - before;
            worker_.io.restart();
            for (const int end : ends_) drain(end);
        }
        return during;
    }
    std::uint64_t deliveries() const { return worker_.counters.deliveries.get(); }

 private:
    void drain(int end) {
        if (::recv(end, drained_.data(), drained_.size(), 0) <= 0) ADD_FAILURE() << "nothing was delivered";
    }

    ServerOptions options_;
    NoClientPublisher client_publisher_;
    Nobody nobody_;
    Worker worker_{options_, kLife, client_publisher_};
    std::vector<int> ends_;
    std::array<char, 4096> drained_{};
};

template <class Session, class... Own>
void expect_no_more_for_many(const Own&... own) {
    constexpr int kNotifications = 50;
    Streams<Session> one{1, own...};
    Streams<Session> many{100, own...};
    const std::size_t for_one = one.deliver(kNotifications);
    const std::uint64_t before = many.deliveries();
    EXPECT_EQ(many.deliver(kNotifications), for_one);
    EXPECT_EQ(many.deliveries() - before, 100U * kNotifications);
}

TEST(Allocation, IsCounted) {
    const std::size_t before = allocations();
    const auto something = std::make_unique<int>(1);
    EXPECT_EQ(allocations(), before + 1);
}

TEST(Allocation, SseDeliversWithout) {
    expect_no_more_for_many<sse::SseSession>(true);
}

TEST(Allocation, WebSocketDeliversWithout) {
    expect_no_more_for_many<websocket::WebsocketSession>(websocket::Taken{},
                                                         websocket::Purpose::notifications);
}

}  // namespace
}  // namespace pushbench
