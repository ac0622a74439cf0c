#pragma once

#include <array>
#include <atomic>
#include <future>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "loadgen/crowd/event_loop.hpp"
#include "loadgen/crowd/places.hpp"
#include "loadgen/crowd/settings.hpp"
#include "loadgen/crowd/storm.hpp"
#include "loadgen/crowd/subscriber.hpp"
#include "loadgen/crowd/tally.hpp"
#include "loadgen/crowd/timetable.hpp"
#include "loadgen/crowd/trouble.hpp"
#include "loadgen/measure/tcp_info.hpp"

namespace pushbench::loadgen {

/// Of a topic of which nobody has said how far it is, nor heard anything.
inline constexpr std::uint64_t unknown_head = UINT64_MAX;

/// One thread with an event loop and its share of the subscribers: it connects, reads, keeps the ledgers and
/// records. Other threads look at its atomics and ask it the rest.
class Worker final : EventHandler {
 public:
    struct Snapshot {
        std::int64_t time_ns = 0;
        Counters counters;
        std::int64_t thread_cpu_ns = 0;
        LoopUse loop;
    };
    enum class WindowEnd : std::uint8_t { begin, end };

    Worker(const CrowdSettings& settings, std::uint32_t index);
    ~Worker() override;

    /// Begins to connect, paced from `origin_ns` on.
    void start(std::int64_t origin_ns);
    /// Runs `question` in the worker's thread, not before `due_ns`. Who calls must wait for the answer.
    template <class Question>
    auto ask_later(Question question, std::int64_t due_ns = 0) {
        auto answer = std::make_shared<std::promise<decltype(question())>>();
        auto future = answer->get_future();
        loop_.post([answer, question] { answer->set_value(question()); }, due_ns);
        return future;
    }
    /// The same, and waits.
    template <class Question>
    auto ask(Question question) {
        return ask_later(question).get();
    }

    // Any thread, at any time.
    /// Its k-th subscriber says this on its connection, if it has one just then.
    void say(std::uint32_t who, std::string message);
    [[nodiscard]] std::int64_t ready() const { return in_state(Subscriber::State::subscribed); }
    /// Subscribers in that state. Those that are done were refused for good, until goodbyes are said.
    [[nodiscard]] std::int64_t in_state(Subscriber::State state) const {
        return in_state_[static_cast<std::size_t>(state)].load(std::memory_order_relaxed);
    }
    [[nodiscard]] std::int64_t delivered() const { return tally_.delivered(); }
    [[nodiscard]] Trouble trouble();
    [[nodiscard]] const HearingSoFar& heard() const { return tally_.heard(); }

    // The worker's thread only: inside ask().
    Snapshot snapshot();
    /// A snapshot at one end of the measuring window, between whose ends the times of responses are recorded,
    /// and the busiest share of the loop.
    Snapshot snapshot_at(WindowEnd end);
    /// One system call a connection: takes its time.
    /// Of the subscribers from `first` on, `count` at most.
    WireCounts wire(std::size_t first, std::size_t count) const;
    [[nodiscard]] std::size_t subscriber_count() const { return subscribers_.size(); }
    /// What was recorded so far goes, which takes a while: before `heads` are read for begin_counting().
    bool clear_records();
    /// From now on the notifications above `heads[topic]` count, and only they; and not those that a
    /// subscriber has already seen, where others publish on meanwhile. Of a topic whose head is
    /// `unknown_head` a subscriber that has heard nothing yet counts from the first that it hears. Gives for
    /// each topic the lowest number above which a subscriber of this worker counts; `unknown_head` where it
    /// knows none.
    std::vector<std::uint64_t> begin_counting(const std::vector<std::uint64_t>& heads, FanoutTracker* fanout);
    /// Lowers `starts` to the numbers above which its subscribers count by now.
    bool lower_starts(std::vector<std::uint64_t>& starts) const;
    /// Marks the topics of which some subscriber heard something since counting began.
    bool mark_heard(std::vector<bool>& topics) const;
    /// Subscribers of those topics that have not.
    std::int64_t silent(const std::vector<bool>& topics) const;
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
    const Histogram& tls_times() const { return tls_times_; }
    const Histogram& first_message_times() const { return first_message_times_; }
    const std::vector<Slice>& slices() const { return tally_.slices(); }
    bool begin_slices(std::int64_t origin_ns, std::int64_t step_ns);
    bool end_slices(std::int64_t time_ns);
    /// From now on those clients that are not steady behave as they do.
    bool begin_behaving(std::int64_t begin_ns);
    /// The window is over, and nobody leaves any more.
    bool end_churn() { return churns_ = false; }
    /// Of those that were cut off, from the cut until they were subscribed again.
    const Histogram& back_times() const { return back_times_; }
    const Storm& storm() const { return storm_; }

 private:
    class Inbox;
    static constexpr std::int64_t longest_retry_ns = 5'000'000'000;

    void on_events(std::uint32_t who, std::uint32_t events) override;
    void on_timer(std::uint32_t who, std::int64_t due_ns) override;
    void on_sweep(std::int64_t now_ns) override;

    void run();
    [[nodiscard]] std::int64_t connect_due_ns(const Subscriber& s) const;
    [[nodiscard]] Timetable timetable(const Subscriber& s, std::int64_t interval_ns) const;
    [[nodiscard]] const Target& target_of(const Subscriber& s) const {
        return s.place == 0 ? settings_.target : places_.at(s.place);
    }
    [[nodiscard]] bool polls() const { return settings_.transport->pace != Pace::once; }
    void set_state(Subscriber& s, Subscriber::State state);
    void set_timer(std::uint32_t who, std::int64_t due_ns);

    // worker_life.cpp: how connections come and go
    void open(std::uint32_t who);
    void connected(std::uint32_t who);
    void try_next_address(std::uint32_t who, const std::string& why);
    void shake_hands(std::uint32_t who);
    void set_subscribed(Subscriber& s);
    void close_link(Subscriber& s);
    void over(std::uint32_t who, const Inbox& inbox, const std::string& why);
    void refused(std::uint32_t who, const Refusal& why);
    bool follow(std::uint32_t who, const std::string& location, std::string& text);
    void lose(std::uint32_t who, const std::string& why);
    void come_back(std::uint32_t who, std::int64_t not_before_ns);
    void note_refusal(const std::string& text);
    void note_connect_error(const std::string& text);
    void note_hopeless(const std::string& text);

    // worker_behaving.cpp: those that are not steady
    void churn(std::int64_t due_ns);
    void replace(std::uint32_t who);
    void cut();
    void read_slowly(std::int64_t due_ns);
    void dropped(std::uint32_t who);
    bool holds_back(std::uint32_t who, bool ended);

    // worker_asking.cpp: what is sent
    [[nodiscard]] std::chrono::milliseconds poll_wait(const Subscriber& s) const;
    [[nodiscard]] Subscription subscription(const Subscriber& s);
    void request(std::uint32_t who);
    void send(Link& link, std::string_view bytes);
    void keep_awake(Link& link, std::int64_t now_ns);
    void count_bytes(Link& link, std::size_t in_bytes, std::size_t out_bytes);
    void answered(std::uint32_t who);
    std::string request_line(const Subscriber& s);

    // worker_reading.cpp
    void read(std::uint32_t who, bool to_the_end);
    void take(std::uint32_t who, const IoResult& got, std::int64_t received_ns, bool last);

    CrowdSettings settings_;
    std::uint32_t index_;
    std::vector<std::string> encoded_topics_;
    EventLoop loop_;
    Tally tally_;
    Places places_;
    std::vector<Subscriber> subscribers_;
    std::vector<char> buffer_;  ///< one for all connections: an idle one holds none
    std::string out_;
    std::array<char, 24> digits_{};
    std::mt19937_64 random_;
    std::int64_t origin_ns_ = 0;
    std::int64_t last_sweep_ns_ = 0;
    bool closing_ = false;
    bool counting_ = false;  ///< has begun
    bool behaving_ = false;  ///< those that are not steady have begun
    std::int64_t cut_ns_ = 0;
    std::int64_t churn_step_ns_ = 0;
    bool churns_ = false;
    std::size_t churn_next_ = 0;

    Histogram connect_times_;
    Histogram tls_times_;
    Histogram back_times_;
    Storm storm_;
    Histogram first_message_times_;  ///< of each subscriber, from its turn to connect on
    WireCounts closed_wire_;         ///< of connections that are gone

    std::array<std::atomic<std::int64_t>, Subscriber::states> in_state_{};
    std::mutex trouble_mutex_;
    Trouble trouble_;
    std::thread thread_;  ///< last: it uses all the others
};

}  // namespace pushbench::loadgen
