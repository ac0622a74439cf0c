// A delivery allocates nothing: what a notification costs in memory is the same for one subscriber and for a
// hundred. Every operator new of this program is counted.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <memory>
#include <vector>

#include "allocations.hpp"
#include "notify/clock.hpp"
#include "servers/net/socket_pair.hpp"
#include "servers/one_worker.hpp"
#include "sse/frame.hpp"
#include "sse/session.hpp"
#include "websocket/frame.hpp"
#include "websocket/session.hpp"

namespace pushbench {
namespace {

struct Nobody final : Pollable {
    void on_events(std::uint32_t) override {}
};

/// Streams of one thread, each with the far end of its socket at hand.
template <class Session>
class Streams {
 public:
    template <class... Own>
    explicit Streams(std::size_t count, const Own&... own) : ends_(count) {
        for (const SocketPair& ends : ends_) {
            Socket socket{ends.near};
            socket.watch(thread_.worker.poller, nobody_);
            (new Session(thread_.worker, std::move(socket), own...))->start("head", Wanted{{"t"}, {}}, {});
        }
        deliver(4);  // what the reactor keeps for later, it keeps now
    }

    /// How many allocations so many notifications took, without their encoding.
    std::size_t deliver(int notifications) {
        Hub& hub = thread_.worker.hub;
        std::size_t during = 0;
        for (int i = 0; i < notifications; ++i) {
            const Notification notification{hub.head("t") + 1, "t", now_ns(), now_ns(), "payload"};
            const auto entry = std::make_shared<const Entry>(notification.seq, to_json(notification));
            const std::size_t before = allocations();
            hub.append("t", entry);
            thread_.run();
            during += allocations() - before;
            for (const SocketPair& ends : ends_) drain(ends.far);
        }
        return during;
    }
    std::uint64_t deliveries() const { return thread_.worker.counters.deliveries.get(); }

 private:
    void drain(int end) {
        if (::recv(end, drained_.data(), drained_.size(), 0) <= 0) ADD_FAILURE() << "nothing was delivered";
    }

    Nobody nobody_;
    OneWorker thread_;
    std::vector<SocketPair> ends_;
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
