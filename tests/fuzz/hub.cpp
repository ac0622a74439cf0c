// The source as a state machine: publications, forgotten topics, limits that strike, and readers that come,
// lag, go on from a cursor on this thread or another, and leave. Each gets what the model says, nothing
// twice, and nothing is skipped without a word.
#include <array>

#include "hub_client.hpp"
#include "source/embedded.hpp"

namespace pushbench::fuzz {
namespace {

const Epoch kOtherLife = *Epoch::parse("before");
const std::array<std::string, 4> kTopics{"a", "b", "c", "d"};

/// What the fuzzer made up, read as numbers; zeros behind the end.
class Bytes {
 public:
    Bytes(const std::uint8_t* data, std::size_t size) : data_(data), end_(data + size) {}
    [[nodiscard]] bool empty() const { return data_ == end_; }
    std::size_t next() { return empty() ? 0 : *data_++; }
    std::size_t below(std::size_t bound) { return next() % bound; }
    /// Small ones as a rule, and some of the largest.
    std::uint64_t sequence() {
        const std::size_t byte = next();
        return byte < 240 ? byte % 32 : UINT64_MAX - (255 - byte);
    }
    std::vector<std::string> topics() {
        const std::size_t which = 1 + below(15);
        std::vector<std::string> names;
        for (std::size_t i = 0; i < kTopics.size(); ++i)
            if (which >> i & 1U) names.push_back(kTopics[i]);
        return names;
    }

 private:
    const std::uint8_t* data_;
    const std::uint8_t* end_;
};

std::string encode(const Notification& notification, const Epoch& /*epoch*/) {
    return notification.payload;
}

class World {
 public:
    explicit World(Bytes& bytes)
        : bytes_(bytes),
          limits_{{1 + bytes.below(8), 64 * bytes.next()}, 64 * bytes.next()},
          most_topics_(1 + bytes.below(kTopics.size())) {
        for (std::size_t who = 0; who < kReaders; ++who) clients_.emplace_back(who, given_);
    }
    void run() {
        while (!bytes_.empty()) step();
        for (Side& side : sides_) side.deliver(SIZE_MAX);
        for (Side& side : sides_) wake(side);
        for (Client& client : clients_) client.take(kAll);
    }

 private:
    void step() {
        Client& client = clients_[bytes_.below(kReaders)];
        Side& side = sides_[bytes_.below(2)];
        switch (bytes_.below(12)) {
            case 0:
                return publish();
            case 1:
                return client.take(bytes_.below(8));
            case 2:
                return wake(side);
            case 3:
                return sides_[1].deliver(1 + bytes_.below(8));
            case 4:
                return client.follow(side, bytes_.topics(), {});
            case 5:
                return client.follow(side, bytes_.topics(), {kLife, {bytes_.sequence()}});
            case 6:
                return client.follow(side, bytes_.topics(), {kOtherLife, {bytes_.sequence()}});
            case 7:
                return client.follow(side, bytes_.topics(), {std::nullopt, {bytes_.sequence()}});
            case 8:
                return client.come_back(side);
            case 9:
                return client.leave();
            case 10:
                client.manner = static_cast<Client::Manner>(bytes_.below(4));
                return;
            default:
                return forget(side);
        }
    }
    void publish() {
        const std::string& topic = kTopics[bytes_.below(kTopics.size())];
        const std::string payload(bytes_.next(), 'x');
        const bool is_known = source_.heads().contains(topic);
        source_.publish(topic, payload, 0, 0, [&](const Publication& publication) {
            std::set<std::uint64_t>& given = given_[topic];
            if (publication.seq == 0) {
                must_hold(!is_known && source_.topic_count() == most_topics_,
                          "refused where topics are too many");
                return;
            }
            const std::uint64_t last = given.empty() ? 0 : *given.rbegin();
            must_hold(is_known ? publication.seq == last + 1 : publication.seq > last,
                      "its number is the next");
            given.insert(publication.seq);
        });
        sides_[0].deliver(SIZE_MAX);
    }
    void wake(Side& side) {
        std::array<bool, kReaders> due{};
        for (std::size_t i = 0; i < kReaders; ++i) {
            due[i] = clients_[i].is_to_be_woken_by(side);
            clients_[i].woken = 0;
        }
        side.wakes_due = 0;
        side.hub.wake();
        side.model.woken();
        for (std::size_t i = 0; i < kReaders; ++i)
            must_hold((clients_[i].woken > 0) == due[i], "all are woken who are behind, and nobody else");
    }
    /// Time passes for the source, and a hub is rid of the topics that nobody needs.
    void forget(Side& side) {
        now_ns_ += static_cast<std::int64_t>(bytes_.below(16));
        source_.forget_unpublished();
        sides_[0].deliver(SIZE_MAX);
        side.hub.forget_empty();
        side.model.forget_empty();
        must_hold(side.hub.topic_count() == side.model.topic_count(), "as many topics are left");
    }

    Bytes& bytes_;
    HubLimits limits_;
    std::size_t most_topics_;
    std::int64_t now_ns_ = 1;
    Given given_;
    const std::array<Encoder, 1> encode_{encode};
    const Encoders encoders_{encode_, &kLife};
    std::array<Side, 2> sides_{Side{limits_}, Side{limits_}};  // the second hears of everything later
    Broker broker_{encoders_, {&sides_[0], &sides_[1]}};
    EmbeddedSource source_{broker_, {most_topics_, 8}, [this] { return now_ns_; }};
    std::deque<Client> clients_;
};

}  // namespace
}  // namespace pushbench::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace pushbench::fuzz;
    Bytes bytes{data, size};
    World{bytes}.run();
    return 0;
}
