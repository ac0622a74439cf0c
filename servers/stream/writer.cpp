#include "stream/writer.hpp"

#include "notify/clock.hpp"

namespace pushbench {
StreamWriter::StreamWriter(Worker& worker, Socket socket) : Session(worker), socket_(std::move(socket)) {
    socket_.hand_over(*this);
}

void StreamWriter::start(std::string_view first, const Wanted& wanted, std::string rest) {
    worker_.counters.gaps.add(stream().begin(first, worker_.hub, *this, wanted, coarse_now_ns()));
    look_again();
    flush();
    if (!rest.empty() && !is_closed()) take(rest);
    if (socket_.readable() && !is_closed()) read();
}

void StreamWriter::wake() {
    if (!socket_.blocked()) flush();
}

void StreamWriter::flush() {
    has_more_ = false;
    Stream& stream = this->stream();
    std::size_t turn_bytes = 0;
    while (turn_bytes < Outbox::kTurnBytes) {
        const std::size_t written_bytes = write_some(stream);
        if (written_bytes == 0 || is_closed() || socket_.blocked()) return;
        turn_bytes += written_bytes;
    }
    has_more_ = true;
    socket_.ask_again();
}

/// One gathered write. 0 where there is nothing left to send.
std::size_t StreamWriter::write_some(Stream& stream) {
    if (const std::size_t gaps = stream.tell_gaps()) worker_.counters.gaps.add(gaps);
    Outbox::Buffers buffers;
    const Outbox::Gathered gathered = stream.gather(buffers);
    if (gathered.count > 0) {
        const IoResult written = socket_.write_some(std::span{buffers}.first(gathered.count), gathered.bytes);
        if (written.state == Io::closed) return close(), 0;
        if (written.bytes > 0) {
            const std::size_t deliveries = stream.advance(written.bytes, buffers, gathered, coarse_now_ns());
            worker_.counters.writes.add(1);
            worker_.counters.bytes_sent.add(written.bytes);
            worker_.counters.deliveries.add(deliveries);
        }
        if (socket_.blocked()) return give_up_later(), written.bytes;
        // Where it all fitted, that was all: a second look would find nothing.
        if (!gathered.is_all) return written.bytes;
    }
    if (stream.is_finishing()) linger();
    return 0;
}

/// A client that takes nothing for this long is gone, or as good as gone.
void StreamWriter::give_up_later() {
    if (worker_.options.idle_timeout_ns > 0)
        worker_.timers.set(*this, now_ns() + worker_.options.idle_timeout_ns);
}

void StreamWriter::on_events(std::uint32_t events) {
    if (is_closed()) return;
    if (socket_.note(events)) {
        flush();
        // While the client took nothing, the timer waited for it to be given up. From now on it may have to
        // break silence.
        if (!is_closed() && !lingering_ && !socket_.blocked()) look_again();
    } else if (has_more_) {
        flush();
    }
    if (socket_.readable() && !is_closed()) read();
}

void StreamWriter::read() {
    auto& buffer = worker_.read_buffer;
    for (int i = 0; i < Socket::kMostReads && may_read(); ++i) {
        const IoResult got = socket_.read_some(buffer);
        if (got.state == Io::closed) return close();
        if (got.bytes > 0 && !lingering_) take(std::span{buffer}.first(got.bytes));
        if (is_closed()) return;
    }
    if (may_read()) socket_.ask_again();
}

/// A client that does not take its answers is not read: what it sends waits with it, by TCP's own flow
/// control.
bool StreamWriter::may_read() {
    return socket_.readable() && (!socket_.blocked() || stream().wants_in());
}

void StreamWriter::take(std::span<char> bytes) {
    stream().on_bytes(bytes, worker_);
    if (stream().wants_out() && !is_closed() && !socket_.blocked()) flush();
}

/// One timer looks after both ends: a stream that has been silent gets a heartbeat, a client that takes
/// nothing is closed.
void StreamWriter::on_timer() {
    const std::int64_t now = now_ns();
    if (lingering_ || stream().is_gone(now, pace(), socket_.blocked())) return close();
    if (!socket_.blocked() && stream().break_silence(now, pace())) {
        worker_.counters.heartbeats.add(1);
        flush();
    }
    if (!is_closed() && !lingering_) look_again();
}

void StreamWriter::look_again() {
    const std::int64_t due_ns = stream().next_look_ns(now_ns(), pace(), socket_.blocked());
    if (due_ns < INT64_MAX) worker_.timers.set(*this, due_ns);
}

void StreamWriter::shut_down() {
    if (is_closed() || stream().is_finishing()) return;
    stream().end();
    if (!socket_.blocked()) flush();
}

void StreamWriter::linger() {
    if (lingering_) return;
    lingering_ = true;
    socket_.shutdown_send();
    worker_.timers.set(*this, now_ns() + kLingerNs);
}

void StreamWriter::close() {
    if (is_closed()) return;
    worker_.timers.cancel(*this);
    stream().stop();
    socket_.close();
    reap_later();
}

}  // namespace pushbench
