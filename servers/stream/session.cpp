#include "stream/session.hpp"

#include <algorithm>
#include <utility>

#include "notify/clock.hpp"

namespace pushbench {
namespace {

/// Heartbeats fall on whole multiples of this, so that thousands of idle streams wake the thread together.
constexpr std::int64_t kHeartbeatGridNs = 100'000'000;

std::int64_t on_grid(std::int64_t time_ns) {
    return (time_ns / kHeartbeatGridNs + 1) * kHeartbeatGridNs;
}

/// A client that sends pings and takes no pongs must not fill the memory: with more than this to take it is
/// not read on. What it sent until then, one read at most, is answered all the same.
constexpr std::size_t kMostOwnBytes = 16 * 1024;

/// What a stream may write before the others of its thread have their turn: one that lags a whole history
/// behind must not hold them up.
constexpr std::size_t kTurnBytes = 128 * 1024;

}  // namespace

StreamSession::StreamSession(Worker& worker, Socket socket)
    : Session(worker), count_guard_(&worker.counters.connections), socket_(std::move(socket)) {
    socket_.hand_over(*this);
}

void StreamSession::start(std::string_view head, const Wanted& wanted, std::string rest) {
    outbox_.send(head);
    for (const Gap& gap : outbox_.reader().follow(worker_.hub, *this, wanted.topics, wanted.from)) {
        worker_.counters.gaps.add(1);
        outbox_.send(encode_gap(gap));
    }
    last_write_ns_ = coarse_now_ns();
    const auto& options = worker_.options;
    check_period_ns_ = std::max(options.heartbeat_ns, options.idle_timeout_ns);
    if (options.heartbeat_ns > 0) check_period_ns_ = std::min(check_period_ns_, options.heartbeat_ns);
    if (options.idle_timeout_ns > 0) check_period_ns_ = std::min(check_period_ns_, options.idle_timeout_ns);
    arm_check(INT64_MAX);
    flush();
    if (!rest.empty() && !closed_) take(rest);
    if (socket_.readable() && !closed_) read();
}

void StreamSession::wake() {
    if (!socket_.blocked()) flush();
}

void StreamSession::send(std::string_view bytes) {
    if (closed_ || finishing_) return;
    outbox_.send(bytes);
    if (!corked_ && !socket_.blocked()) flush();
}

void StreamSession::flush() {
    has_more_ = false;
    std::size_t turn_bytes = 0;
    while (turn_bytes < kTurnBytes) {
        const std::size_t written_bytes = write_some();
        if (written_bytes == 0 || closed_ || socket_.blocked()) return;
        turn_bytes += written_bytes;
    }
    has_more_ = true;
    socket_.ask_again();
}

/// One gathered write. 0 where there is nothing left to send.
std::size_t StreamSession::write_some() {
    while (const auto gap = outbox_.reader().take_gap()) {
        worker_.counters.gaps.add(1);
        outbox_.send(encode_gap(*gap));
    }
    const Framing framing = this->framing();
    if (framing.encode == nullptr) copy_entries();
    Outbox::Buffers buffers;
    const Outbox::Gathered gathered = outbox_.gather(buffers, framing);
    if (gathered.count == 0) {
        if (finishing_) linger();
        return 0;
    }
    const IoResult written = socket_.write_some(std::span{buffers}.first(gathered.count), gathered.bytes);
    if (written.state == Io::closed) return close(), 0;
    if (written.bytes > 0) account_for(written.bytes, outbox_.advance(written.bytes, buffers, gathered));
    if (socket_.blocked()) return give_up_later(), written.bytes;
    // Where it all fitted, that was all: a second look would find nothing.
    const bool was_all = framing.encode != nullptr && gathered.count < Outbox::kBuffers;
    if (was_all && finishing_) linger();
    return was_all ? 0 : written.bytes;
}

/// Few at a time: of all that a stream lags behind, this alone is held for it.
void StreamSession::copy_entries() {
    const EntryPtr* next = nullptr;
    while (outbox_.own_bytes() < kMostOwnBytes && outbox_.reader().peek({&next, 1}) == 1) {
        const EntryPtr entry = *next;
        outbox_.reader().advance();
        outbox_.send_copy(copy_of(*entry));
    }
}

void StreamSession::account_for(std::size_t written_bytes, std::size_t deliveries) {
    last_write_ns_ = coarse_now_ns();
    worker_.counters.writes.add(1);
    worker_.counters.bytes_sent.add(written_bytes);
    worker_.counters.deliveries.add(deliveries);
}

/// A client that takes nothing for this long is gone, or as good as gone.
void StreamSession::give_up_later() {
    if (worker_.options.idle_timeout_ns > 0)
        worker_.timers.set(*this, now_ns() + worker_.options.idle_timeout_ns);
}

void StreamSession::on_events(std::uint32_t events) {
    if (closed_) return;
    if (socket_.note(events)) {
        flush();
        watch_again();
    } else if (has_more_) {
        flush();
    }
    if (socket_.readable() && !closed_) read();
}

void StreamSession::read() {
    auto& buffer = worker_.read_buffer;
    for (int i = 0; i < Socket::kMostReads && may_read(); ++i) {
        const IoResult got = socket_.read_some(buffer);
        if (got.state == Io::closed) return close();
        if (got.bytes > 0 && !lingering_) take(std::span{buffer}.first(got.bytes));
        if (closed_) return;
    }
    if (may_read()) socket_.ask_again();
}

/// A client that does not take its answers is not read: what it sends waits with it, by TCP's own flow
/// control.
bool StreamSession::may_read() const {
    return socket_.readable() && (!socket_.blocked() || outbox_.own_bytes() <= kMostOwnBytes);
}

void StreamSession::take(std::span<char> bytes) {
    corked_ = true;
    on_bytes(bytes);
    corked_ = false;
    const bool has_own = outbox_.own_bytes() > 0 || finishing_;
    if (has_own && !closed_ && !socket_.blocked()) flush();
}

/// One timer looks after both ends: a stream that has been silent gets a heartbeat, a client that takes
/// nothing is closed. Between two looks nothing is re-armed, so a busy stream pays nothing for it.
void StreamSession::arm_check(std::int64_t due_ns) {
    if (check_period_ns_ == 0) return;
    const std::int64_t now = now_ns();
    // Never at once: the coarse clock may say that a write just done was due for a heartbeat long ago.
    worker_.timers.set(*this, on_grid(std::clamp(due_ns, now, now + check_period_ns_)));
}

/// While a client took nothing, the timer waited for it to be given up. From now on it may have to break
/// silence.
void StreamSession::watch_again() {
    if (closed_ || lingering_ || socket_.blocked() || worker_.options.heartbeat_ns == 0) return;
    arm_check(last_write_ns_ + worker_.options.heartbeat_ns);
}

void StreamSession::on_timer() {
    const std::int64_t now = now_ns();
    const auto& options = worker_.options;
    if (lingering_ || !alive(now)) return close();
    if (socket_.blocked()) {
        const std::int64_t gone_ns = last_write_ns_ + options.idle_timeout_ns;
        if (options.idle_timeout_ns > 0 && now >= gone_ns) return close();
        return arm_check(options.idle_timeout_ns > 0 ? gone_ns : INT64_MAX);
    }
    if (options.heartbeat_ns > 0 && now >= last_write_ns_ + options.heartbeat_ns) {
        worker_.counters.heartbeats.add(1);
        send(heartbeat(now));
    }
    if (!closed_ && !lingering_)
        arm_check(options.heartbeat_ns > 0 ? last_write_ns_ + options.heartbeat_ns : INT64_MAX);
}

void StreamSession::finish(std::string_view bytes) {
    if (closed_ || finishing_) return;
    outbox_.stop_entries();
    outbox_.send(bytes);
    finishing_ = true;
    if (!corked_ && !socket_.blocked()) flush();
}

void StreamSession::shut_down() {
    finish(goodbye());
}

void StreamSession::linger() {
    if (lingering_) return;
    lingering_ = true;
    socket_.shutdown_send();
    worker_.timers.set(*this, now_ns() + kLingerNs);
}

void StreamSession::close() {
    if (closed_) return;
    closed_ = true;
    count_guard_.leave();
    worker_.timers.cancel(*this);
    outbox_.stop_entries();
    socket_.close();
    reap_later();
}

}  // namespace pushbench
