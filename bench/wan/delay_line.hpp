#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <string>
#include <string_view>

#include "bench/wan/lateness.hpp"

namespace pushbench::wan {

/// What a network is in one direction.
struct Way {
    std::int64_t delay_ns = 0;
    std::int64_t rate_bytes_per_s = 0;  ///< of each connection; 0: as fast as it comes
};

/// How the sender ended.
enum class Ending { none, finished, reset };

/// One direction of one connection: what comes leaves a delay later, in its order. It does no I/O and reads
/// no clock. Times are nanoseconds on CLOCK_MONOTONIC.
///
/// What it may hold is bounded, as a TCP window is: a full line takes nothing more until something has left.
/// So a connection gets no more than that bound for each delay: 128 KiB over 20 ms are 6.5 MB/s.
class DelayLine {
 public:
    static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

    /// What came before `opens_ns` counts as having come then: a handshake is still under way.
    DelayLine(const Way& way, std::size_t most_bytes, std::int64_t opens_ns)
        : way_(way), most_bytes_(most_bytes), opens_ns_(opens_ns), free_ns_(opens_ns) {}

    /// How many bytes it takes now. What it takes to remember a piece counts as held too, or single bytes
    /// would cost many times what they are.
    [[nodiscard]] std::size_t room() const;
    /// Takes all of it, which is no more than there is room for.
    void push(std::string_view bytes, std::int64_t came_ns);
    /// Nothing comes any more.
    void end(Ending how, std::int64_t came_ns);

    /// When something is due next; kNever while nothing is.
    [[nodiscard]] std::int64_t next_ns() const;
    /// Lets go of what is due by now. How late that is goes into `late`, once for each piece that came: a
    /// receiver that does not take it is not counted in.
    void release(std::int64_t now_ns, Lateness& late);
    /// What may leave now, and is not yet told as sent.
    [[nodiscard]] std::string_view ready() const { return {bytes_.data() + sent_, released_}; }
    void sent(std::size_t bytes);
    /// What the receiver is to be told now that everything before it has left.
    [[nodiscard]] Ending ending() const { return released_ == 0 ? due_ending_ : Ending::none; }

 private:
    struct Piece {
        std::int64_t due_ns;
        std::size_t bytes;
    };
    std::int64_t due_ns(std::size_t bytes, std::int64_t came_ns);

    const Way way_;
    const std::size_t most_bytes_;
    const std::int64_t opens_ns_;
    std::int64_t free_ns_;  // when the last byte so far is through what limits the rate
    std::string bytes_;     // left already (sent_), may leave (released_), and not yet due
    std::size_t sent_ = 0;
    std::size_t released_ = 0;
    std::deque<Piece> pieces_;      // not yet due
    Ending ending_ = Ending::none;  // came, and is not yet due
    std::int64_t ends_ns_ = 0;
    Ending due_ending_ = Ending::none;
};

}  // namespace pushbench::wan
