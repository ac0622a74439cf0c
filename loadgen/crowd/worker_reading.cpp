// How a worker reads: from the bytes of a connection to what its protocol finds in them.
#include "loadgen/crowd/inbox.hpp"
#include "loadgen/crowd/worker.hpp"
#include "loadgen/measure/clock.hpp"

namespace pushbench::loadgen {
namespace {

/// Between two deliveries to one client come those to a thousand others, and what it keeps has left the
/// cache. Asked for before the kernel copies the bytes, it is there when they are read.
void fetch_ahead(const Protocol& protocol) {
    constexpr std::size_t cache_line_bytes = 64;
    const auto* bytes = reinterpret_cast<const char*>(&protocol);
    for (std::size_t line = 0; line != 4; ++line) __builtin_prefetch(bytes + line * cache_line_bytes);
}

}  // namespace

void Worker::read(std::uint32_t who, bool to_the_end) {
    Subscriber& s = subscribers_[who];
    // What was read may have ended the connection, and begun another one, which has nothing yet.
    while (s.link && s.link->is_open()) {
        fetch_ahead(*s.link->protocol);
        const IoResult got = s.link->channel.read(buffer_.data(), buffer_.size());
        const std::int64_t received_ns = now_ns();  // before anything is done with the bytes
        if (is_over(got.state)) {
            Inbox inbox{*this, s, received_ns};
            if (got.state == Io::closed) s.link->protocol->ended(inbox);
            return over(who, inbox, s.link->channel.describe(got));
        }
        if (got.state != Io::done && to_the_end && got.more) continue;
        if (got.state != Io::done) return;
        ++tally_.counters.reads;
        count_bytes(*s.link, got.bytes, 0);
        take(who, got, received_ns, to_the_end && !got.more);
        if (!got.more && !to_the_end) return;
        // More may be there. But one client that gets more than it can take must not keep all others waiting,
        // nor who asks this thread what it has counted so far: the others come first.
        if (!to_the_end && s.link && loop_.watch_again(s.link->channel.fd(), who)) return;
    }
}

/// `last`: the peer has closed, and nothing comes behind these bytes.
void Worker::take(std::uint32_t who, const IoResult& got, std::int64_t received_ns, bool last) {
    Subscriber& s = subscribers_[who];
    Inbox inbox{*this, s, received_ns, got.waited_ns < 0 ? 0 : received_ns - got.waited_ns};
    out_.clear();
    const Next next = s.link->protocol->received({buffer_.data(), got.bytes}, inbox, out_);
    send(*s.link, out_);
    // An answer on a connection that is over: the next request goes out on another one.
    if (next == Next::close || (last && inbox.answered))
        return over(who, inbox, "the server closed the connection");
    if (inbox.answered) answered(who);
}

}  // namespace pushbench::loadgen
