#pragma once

#include <atomic>
#include <future>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "loadgen/crowd/connection.hpp"
#include "loadgen/crowd/event_loop.hpp"
#include "loadgen/crowd/settings.hpp"
#include "loadgen/crowd/tally.hpp"
#include "loadgen/crowd/timetable.hpp"
#include "loadgen/measure/tcp_info.hpp"

namespace pushbench::loadgen {

/// One thread with an event loop and its share of the subscribers: it connects, reads, keeps the ledgers and
/// records. Other threads look at its atomics and ask it the rest.
class Worker final : EventHandler {
 public:
    struct Snapshot {
        Counters counters;
        std::int64_t thread_cpu_ns = 0;
    };
    enum class WindowEnd : std::uint8_t { begin, end };
    /// What went wrong with connections, for the message of a trial that cannot begin.
    struct Trouble {
        std::string refusal;        ///< the peer answered, but not as it should
        std::string connect_error;  ///< no connection
        bool hopeless = false;      ///< trying again will not help: no ports, no files
    };

    Worker(const CrowdSettings& settings, std::uint32_t index);
    ~Worker() override;

    /// Begins to connect, paced from `origin_ns` on.
    void start(std::int64_t origin_ns);
    /// Runs `question` in the worker's thread and waits for what it gives.
    template <class Question>
    auto ask(Question question) {
        std::promise<decltype(question())> answer;
        loop_.post([&] { answer.set_value(question()); });
        return answer.get_future().get();
    }

    // Any thread, at any time.
    [[nodiscard]] std::int64_t ready() const { return ready_.load(std::memory_order_relaxed); }
    [[nodiscard]] std::int64_t delivered() const { return tally_.delivered(); }
    [[nodiscard]] Trouble trouble();

    // The worker's thread only: inside ask().
    Snapshot snapshot();
    /// A snapshot at one end of the measuring window, between whose ends the times of responses are recorded.
    Snapshot snapshot_at(WindowEnd end);
    /// One system call a connection: takes its time.
    /// Of the connections from `first` on, `count` at most.
    WireCounts wire(std::size_t first, std::size_t count) const;
    [[nodiscard]] std::size_t connection_count() const { return connections_.size(); }
    /// From now on the notifications above `heads[topic]` count, and only they; and not those that a
    /// subscriber has already seen, where others publish on meanwhile.
    bool begin_counting(const std::vector<std::uint64_t>& heads, FanoutTracker* fanout);
    /// How many subscribers have not yet seen their topic's head.
    std::int64_t behind(const std::vector<std::uint64_t>& heads) const;
    /// Raises `heads` to what its subscribers have seen.
    bool raise_heads(std::vector<std::uint64_t>& heads) const;
    std::int64_t expected(const std::vector<std::uint64_t>& heads) const;
    std::int64_t lost(const std::vector<std::uint64_t>& heads) const;
    /// Says goodbye on every connection and opens none again. How many wait for the peer's goodbye.
    std::int64_t say_goodbye();
    std::int64_t still_open() const;
    const Recorder& recorder() const { return tally_.recorder(); }
    const Histogram& connect_times() const { return connect_times_; }

 private:
    class Inbox;
    static constexpr std::int64_t longest_retry_ns = 5'000'000'000;

    void on_events(std::uint32_t who, std::uint32_t events) override;
    void on_timer(std::uint32_t who, std::int64_t due_ns) override;
    void on_sweep(std::int64_t now_ns) override;

    void run();
    [[nodiscard]] std::int64_t connect_due_ns(const Connection& c) const;
    [[nodiscard]] Timetable timetable(const Connection& c, std::int64_t interval_ns) const;
    [[nodiscard]] std::chrono::milliseconds poll_wait(const Connection& c) const;
    void open(std::uint32_t who);
    void connected(std::uint32_t who);
    void request(std::uint32_t who);
    void read(std::uint32_t who, bool to_the_end);
    void take(std::uint32_t who, std::string_view bytes, std::int64_t received_ns);
    void answered(std::uint32_t who);
    void send(std::uint32_t who, std::string_view bytes);
    void lose(std::uint32_t who, const std::string& why);
    void close_socket(Connection& c);
    void set_ready(Connection& c, bool ready);
    void set_timer(std::uint32_t who, std::int64_t due_ns);
    void note_trouble(const std::string& text, bool refused, bool hopeless = false);

    CrowdSettings settings_;
    std::uint32_t index_;
    std::vector<std::string> encoded_topics_;
    EventLoop loop_;
    Tally tally_;
    std::vector<Connection> connections_;
    std::vector<char> buffer_;  ///< one for all connections: an idle one holds none
    std::string out_;
    std::mt19937_64 random_;
    std::int64_t origin_ns_ = 0;
    bool closing_ = false;
    bool counting_ = false;  ///< has begun

    Histogram connect_times_;
    WireCounts closed_wire_;  ///< of connections that are gone

    std::atomic<std::int64_t> ready_{0};
    std::mutex trouble_mutex_;
    Trouble trouble_;
    std::thread thread_;  ///< last: it uses all the others
};

}  // namespace pushbench::loadgen
