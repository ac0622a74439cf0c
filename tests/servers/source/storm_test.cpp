// Several processes number in one stream while answers, messages and whole connections are lost at random.
// What each has told whoever published, and what each has handed on, is held against what the stream has
// stored.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <random>
#include <set>

#include "servers/life.hpp"
#include "servers/source/noted.hpp"
#include "source/jetstream/numbering.hpp"

namespace pushbench::jetstream {
namespace {

std::string only_payload(const Notification& notification, const Epoch&) {
    return notification.payload;
}

struct Stored {
    std::string topic;
    std::uint64_t seq;
    std::uint64_t process;
    std::uint64_t id;
    std::string payload;
};

/// A stream that compares and sets, and nothing else.
class FakeStream {
 public:
    Answer store(std::uint64_t process, const Attempt& attempt) {
        std::uint64_t& last = last_[attempt.topic];
        if (last != attempt.expected_last) return {.kind = Answer::Kind::conflict, .stream_seq = last};
        messages.push_back({attempt.topic, attempt.seq, process, attempt.id, *attempt.payload});
        last = messages.size();
        return {.kind = Answer::Kind::stored, .stream_seq = last};
    }
    std::deque<Stored> messages;  // the first has stream sequence 1

 private:
    std::map<std::string, std::uint64_t> last_;
};

/// A server: tries, answers and messages are on their way until somebody lets them arrive.
class Server : private Uplink {
 public:
    Server(std::uint64_t number, FakeStream& stream) : number_(number), stream_(stream) {}

    void publish(const std::string& topic, const std::string& payload) {
        numbering.publish(topic, payload, 1, 2, [this, topic, payload](const Publication& publication) {
            if (publication.seq != 0) taken[topic + " " + payload] = publication.seq;
        });
    }
    void let_try_arrive() {
        if (tries_.empty()) return;
        const Attempt attempt = std::move(tries_.front());
        tries_.pop_front();
        const Answer answer = stream_.store(number_, attempt);
        if (is_connected_) answers_.emplace_back(attempt.id, answer);
    }
    void let_answer_arrive() {
        if (answers_.empty()) return;
        const auto [id, answer] = answers_.front();
        answers_.pop_front();
        numbering.answered(id, answer);
    }
    void let_message_arrive() {
        if (!is_connected_ || next_ == stream_.messages.size()) return;
        const Stored& it = stream_.messages[next_++];
        numbering.delivered({next_, it.topic, it.seq, it.process == number_ ? it.id : 0, 1, 2, it.payload});
        if (next_ >= there_at_open_ && !std::exchange(has_caught_up_, true))
            numbering.caught_up(there_at_open_);
    }
    /// Tries that are out may still arrive; what was to come back does not.
    void disconnect() {
        if (!std::exchange(is_connected_, false)) return;
        answers_.clear();
        numbering.lost();
    }
    void connect() {
        if (std::exchange(is_connected_, true)) return;
        next_ = numbering.consumed();
        there_at_open_ = stream_.messages.size();
        has_caught_up_ = next_ >= there_at_open_;
        if (has_caught_up_) numbering.caught_up(there_at_open_);
    }
    bool is_idle() const { return tries_.empty() && answers_.empty() && next_ == stream_.messages.size(); }
    void pass_time(std::int64_t ns) {
        now_ns_ += ns;
        numbering.look_after();
    }

    std::map<std::string, std::uint64_t> taken;  // what publishers were told
    Noted noted;

 private:
    void send(Attempt attempt) override { tries_.push_back(std::move(attempt)); }

    const std::uint64_t number_;
    FakeStream& stream_;
    const std::array<Encoder, 1> encoder_{only_payload};
    const Encoders encoders_{encoder_, &kLife};
    Broker broker_{encoders_, {&noted}};
    std::int64_t now_ns_ = 1;
    std::deque<Attempt> tries_;
    std::deque<std::pair<std::uint64_t, Answer>> answers_;
    std::uint64_t next_ = 0;
    std::uint64_t there_at_open_ = 0;
    bool is_connected_ = false;
    bool has_caught_up_ = false;

 public:
    Numbering numbering{broker_, *this, {.wait_ns = INT64_MAX / 4}, [this] { return now_ns_; }};
};

class StormTest : public ::testing::TestWithParam<unsigned> {};

TEST_P(StormTest, NothingIsLostAndNothingIsStoredTwice) {
    std::mt19937 random{GetParam()};
    const auto below = [&random](unsigned bound) { return random() % bound; };
    FakeStream stream;
    std::deque<Server> servers;
    for (std::uint64_t i = 0; i < 3; ++i) servers.emplace_back(i + 1, stream).connect();
    unsigned published = 0;
    for (int step = 0; step < 20'000; ++step) {
        Server& server = servers[below(3)];
        switch (below(40)) {
            case 0:
                server.disconnect();
                break;
            case 1:
                server.connect();
                break;
            case 2:
                server.pass_time(4'000'000'000);
                break;
            case 3:
            case 4:
            case 5:
            case 6:
                server.publish(std::string(1, static_cast<char>('a' + below(3))),
                               std::to_string(++published));
                break;
            default:
                if (below(3) == 0)
                    server.let_try_arrive();
                else if (below(2) == 0)
                    server.let_answer_arrive();
                else
                    server.let_message_arrive();
        }
    }
    for (int round = 0; round < 1'000'000; ++round) {
        bool all_idle = true;
        for (Server& server : servers) {
            server.connect();
            server.let_try_arrive();
            server.let_answer_arrive();
            server.let_message_arrive();
            all_idle = all_idle && server.is_idle() && server.numbering.counts().waiting == 0;
        }
        if (all_idle) break;
    }

    std::map<std::string, std::uint64_t> heads;
    std::map<std::string, std::uint64_t> numbers;  // of each notification, by topic and payload
    std::vector<std::string> order;
    for (const Stored& it : stream.messages) {
        EXPECT_EQ(it.seq, ++heads[it.topic]) << "numbers have no holes";
        EXPECT_TRUE(numbers.emplace(it.topic + " " + it.payload, it.seq).second)
            << "stored twice: " << it.payload;
        order.push_back(it.topic + " " + std::to_string(it.seq));
    }
    EXPECT_EQ(numbers.size(), published) << "all is stored";
    std::size_t told = 0;
    for (const Server& server : servers) {
        EXPECT_EQ(server.noted.told, order) << "all is handed on, in the order of the stream";
        for (const auto& [notification, seq] : server.taken)
            EXPECT_EQ(numbers[notification], seq) << notification;
        told += server.taken.size();
    }
    EXPECT_EQ(told, published) << "whoever published was told";
}

INSTANTIATE_TEST_SUITE_P(Seeds, StormTest, ::testing::Range(1U, 21U));

}  // namespace
}  // namespace pushbench::jetstream
