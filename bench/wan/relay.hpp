#pragma once

#include <memory>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "bench/wan/link.hpp"
#include "loadgen/wire/address.hpp"

namespace pushbench::wan {

/// What became of it all. `late` is by how much pieces left later than they should.
struct Report {
    Lateness late;
    std::uint64_t connections = 0;
    std::size_t most_at_once = 0;
    std::uint64_t refused = 0;
};

/// Carries what comes to a listening socket to a server and back, as a network would. One thread, one epoll,
/// one timer.
class Relay {
 public:
    /// `listener` listens and never blocks. More than `most_connections` at once are reset. Late is what
    /// leaves over `late_after_ns` after it was due.
    Relay(const Network& network, int listener, loadgen::Address to, std::size_t most_connections,
          std::int64_t late_after_ns);
    ~Relay();
    Relay(const Relay&) = delete;
    Relay& operator=(const Relay&) = delete;

    /// Until `stop`, a file, can be read.
    void run(int stop);
    [[nodiscard]] const Report& report() const { return report_; }

 private:
    void watch(int fd, std::uint32_t events, void* what) const;
    void accept_all();
    void open(int client);
    void move(Link& link);
    void move_due();
    void keep_time(Link& link);
    void set_timer();

    const Network network_;
    int listener_;
    const loadgen::Address to_;
    const std::size_t most_connections_;
    int epoll_;
    int timer_;
    std::int64_t timer_set_to_ns_ = DelayLine::kNever;
    Buffer buffer_{};
    std::unordered_map<Link*, std::unique_ptr<Link>> links_;
    std::vector<std::unique_ptr<Link>> over_;  // an event of theirs may still be in hand
    std::set<std::pair<std::int64_t, Link*>> due_;
    Report report_;
};

}  // namespace pushbench::wan
