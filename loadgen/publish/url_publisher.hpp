#pragma once

#include <poll.h>

#include <array>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "loadgen/publish/carrier.hpp"
#include "loadgen/publish/numbering.hpp"
#include "loadgen/publish/publisher.hpp"
#include "loadgen/publish/route.hpp"
#include "notify/schedule.hpp"

namespace pushbench::loadgen {

struct UrlPublisherSettings {
    Route route;
    std::vector<std::string> topics;
    std::uint32_t connections = 1;
    std::optional<int> cpu;  ///< to bind its thread to
    std::string token;       ///< for {token}; may be empty
    /// Makes what carries the notifications, the k-th of them. Route and book outlive it.
    std::function<std::unique_ptr<Carrier>(const Route& route, std::uint32_t number, LetterBook& book)>
        make_carrier;
};

/// Publishes through the target's own API by a schedule of ours, on a thread and connections of its own.
///
/// Open loop: when a notification is due does not depend on what became of those before. One that finds all
/// connections waiting for an answer waits for the first that is free, and its lateness is in its latency.
/// Where each topic can have a connection of its own, or share one, its notifications go out one after the
/// other; with more connections than topics they overtake each other, and no order can be promised.
class UrlPublisher final : public Publisher, LetterBook {
 public:
    explicit UrlPublisher(UrlPublisherSettings settings);
    ~UrlPublisher() override;

    void start(const ScheduleOrder& order) override;
    /// Waits for the answers to what is on its way, a second at most.
    void stop() override;
    /// Throws Failure where the target refuses what is published first: it would refuse the rest as well.
    [[nodiscard]] ScheduleState state() override;
    [[nodiscard]] std::vector<std::uint64_t> heads(const std::vector<std::string>& topics) override;
    [[nodiscard]] std::vector<std::uint64_t> untaken(const std::vector<std::string>& topics) override;
    [[nodiscard]] std::optional<PublishReport> report() override;

 private:
    struct Due {
        std::uint32_t topic;
        std::int64_t due_ns;
        bool held_up = false;
    };
    // The publisher's thread.
    void run();
    /// False when all is over.
    bool take_orders();
    void begin(const ScheduleOrder& order);
    void pull_due(std::int64_t now_ns);
    void deal_out(std::int64_t now_ns);
    void note_progress(std::int64_t now_ns);
    void wait();
    [[nodiscard]] bool may_begin(std::int64_t now_ns);
    [[nodiscard]] bool busy() const;
    [[nodiscard]] WireCounts wire() const;
    void wake() const;

    TemplateValues write(const Letter& letter) override;
    void on_taken(const Letter& letter, int status, std::int64_t now_ns) override;
    void on_refused(const Letter& letter, int status, const std::string& problem) override;
    void on_unanswered(const Letter& letter, const std::string& problem) override;
    void on_sent_again() override;
    void on_opened() override;
    void on_connect_failure(const std::string& problem) override;
    void note_sent(const Letter& letter);
    void note_error(const std::string& problem);
    void keep_first(const std::string& problem);

    template <class Read>
    std::vector<std::uint64_t> by_topic(const std::vector<std::string>& topics, Read read);

    UrlPublisherSettings settings_;

    // The thread's own.
    std::vector<std::unique_ptr<Carrier>> links_;
    std::vector<std::deque<Due>> lanes_;  ///< link k serves lane k modulo their number
    std::optional<Schedule> schedule_;
    std::int64_t begin_ns_ = 0;
    std::int64_t cpu_begin_ns_ = 0;
    WireCounts wire_begin_;
    std::int64_t ordered_ns_ = 0;
    bool opened_ = false;
    std::vector<pollfd> waited_;
    std::string payload_;
    std::string marker_;
    std::array<std::string, 3> numbers_as_text_;

    // Shared: what is asked, what is told.
    std::mutex mutex_;
    std::condition_variable settled_;
    std::optional<ScheduleOrder> order_;
    bool stop_ = false;
    bool quit_ = false;
    bool proven_ = false;  ///< a whole schedule was taken once
    ScheduleState state_;
    PublishReport report_;
    std::vector<Numbering> numbers_;

    int wake_fd_;
    std::thread thread_;  ///< last: it uses all the others
};

}  // namespace pushbench::loadgen
