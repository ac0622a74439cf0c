#include "loadgen/peers/star.hpp"

#include <algorithm>
#include <cstdlib>

#include "loadgen/measure/clock.hpp"
#include "loadgen/peers/pause.hpp"

namespace pushbench::loadgen {
namespace {

/// How long whoever is to answer may sleep when there was no question for a while: to wake costs the cores
/// that are measured. The first question after that waits for as long.
constexpr std::int64_t longest_sleep_ns = 20 * ns_per_ms;
/// And right after a question: it then looks often.
constexpr std::int64_t first_sleeps_ns = 5 * ns_per_ms;
/// Who waits for an answer sleeps less: work of the whole trial waits behind it.
constexpr std::int64_t shortest_wait_ns = ns_per_ms;
constexpr std::size_t header_bytes = 1 + sizeof(std::uint32_t);

std::string named(std::uint32_t rank, const std::string& host) {
    return "rank " + std::to_string(rank) + (host.empty() ? "" : " (" + host + ")");
}

}  // namespace

Star::Star(std::unique_ptr<Mailbox> mailbox, const Hello& hello, std::function<bool()> hurried,
           const Patience& patience)
    : mailbox_{std::move(mailbox)},
      hurried_{std::move(hurried)},
      patience_{patience},
      infos_(mailbox_->size()) {
    try {
        if (rank() == 0)
            welcome(hello);
        else
            send(0, Kind::hello, packed(hello));
    } catch (const Misfit&) {
        end(2);  // all are there, and wait to be told
        throw;
    }
}

void Star::send(std::uint32_t to, Kind kind, const Bytes& bytes) {
    mailbox_->send(to, packed(kind, number_) + bytes);
}

// ---- at the beginning

void Star::welcome(const Hello& own) {
    std::vector<Hello> hellos(size());
    hellos[0] = own;
    std::vector<bool> there(size());
    there[0] = true;
    const std::int64_t until_ns = now_ns() + patience_.hello_ns;
    for (Pause pause{longest_sleep_ns}; std::find(there.begin(), there.end(), false) != there.end();) {
        if (const auto parcel = mailbox_->receive()) {
            hellos[parcel->from] = unpacked<Hello>(std::string_view{parcel->bytes}.substr(header_bytes));
            there[parcel->from] = true;
            continue;
        }
        if (now_ns() > until_ns || hurried_()) {
            const auto missing = std::find(there.begin(), there.end(), false) - there.begin();
            throw Failure(named(static_cast<std::uint32_t>(missing), "") + " of " + std::to_string(size()) +
                          " did not come");
        }
        pause.take();
    }
    introduce(hellos);
}

void Star::introduce(const std::vector<Hello>& hellos) {
    for (std::uint32_t rank = 0; rank != size(); ++rank) {
        const Hello& one = hellos[rank];
        infos_[rank].host = one.host.name;
        infos_[rank].same_clock = rank == 0 || share_a_clock(one.host, hellos[0].host);
        for (std::uint32_t lower = 0; lower != rank; ++lower)
            if (one.host.boot == hellos[lower].host.boot) ++infos_[rank].here;
        if (one.program != hellos[0].program)
            throw Misfit(named(rank, one.host.name) + " is " + one.program + ", rank 0 is " +
                         hellos[0].program + "; all ranks must be one program");
        if (one.options != hellos[0].options)
            throw Misfit(named(rank, one.host.name) +
                         " has other options than rank 0; start all ranks with the same");
    }
}

// ---- rank 0

void Star::ask(const Bytes& question) {
    ++number_;
    for (std::uint32_t rank = 1; rank != size(); ++rank)
        if (!infos_[rank].lost) send(rank, Kind::question, question);
}

std::vector<std::optional<Bytes>> Star::answers() {
    std::vector<std::optional<Bytes>> all(size() - 1);
    std::string refusal;
    const auto missing = [&](std::uint32_t rank) { return !infos_[rank].lost && !all[rank - 1]; };
    std::uint32_t left = 0;
    for (std::uint32_t rank = 1; rank != size(); ++rank) left += missing(rank) ? 1 : 0;
    const std::int64_t begin_ns = now_ns();
    std::int64_t hurried_ns = INT64_MAX;
    for (Pause pause{shortest_wait_ns}; left != 0;) {
        if (const auto parcel = mailbox_->receive()) {
            left -= take_answer(*parcel, all, refusal) ? 1 : 0;
            continue;
        }
        const std::int64_t now = now_ns();
        if (hurried_ns == INT64_MAX && hurried_()) hurried_ns = now;
        if (now - begin_ns > patience_.answer_ns || now - patience_.hurry_ns > hurried_ns) break;
        pause.take();
    }
    for (std::uint32_t rank = 1; rank != size(); ++rank)
        if (missing(rank))
            lose(rank, "does not answer any more: it has died, was stopped, or cannot be reached");
    if (!refusal.empty()) throw Failure(refusal);
    return all;
}

/// Whether it is one to the question that is open.
bool Star::take_answer(const Parcel& parcel, std::vector<std::optional<Bytes>>& answers,
                       std::string& refusal) {
    Kind kind{};
    std::uint32_t number = 0;
    Unpacker head{parcel.bytes};
    head.all(kind, number);
    if (number != number_ || parcel.from == 0 || infos_[parcel.from].lost) return false;
    if (kind != Kind::answer && kind != Kind::refusal) return false;
    if (kind == Kind::refusal && refusal.empty())
        refusal = named(parcel.from, infos_[parcel.from].host) + ": " + std::string{head.rest()};
    answers[parcel.from - 1] = std::string{head.rest()};
    return true;
}

void Star::lose(std::uint32_t rank, const std::string& why) {
    infos_[rank].lost = true;
    if (loss_.empty()) loss_ = named(rank, infos_[rank].host) + " " + why;
}

// ---- clocks

std::optional<PingPong> Star::ping(std::uint32_t rank) {
    ++number_;
    PingPong one;
    one.sent_ns = now_ns();
    send(rank, Kind::ping, {});
    // Without a pause: what is timed is the way there and back, and no sleep.
    while (now_ns() - one.sent_ns < (hurried_() ? patience_.hurry_ns : patience_.answer_ns)) {
        const auto parcel = mailbox_->receive();
        if (!parcel || parcel->from != rank) continue;
        one.received_ns = now_ns();
        Kind kind{};
        std::uint32_t number = 0;
        Unpacker head{parcel->bytes};
        head.all(kind, number);
        if (kind != Kind::pong || number != number_) continue;
        head.all(one.answered_ns);
        return one;
    }
    return std::nullopt;
}

std::optional<ClockOffset> Star::compare_clock(std::uint32_t rank) {
    constexpr int rounds = 200;
    std::vector<PingPong> exchanges;
    for (int round = 0; round != rounds; ++round) {
        const auto one = ping(rank);
        if (!one) return std::nullopt;
        exchanges.push_back(*one);
    }
    return clock_offset(exchanges);
}

void Star::compare_clocks() {
    for (std::uint32_t rank = 1; rank != size(); ++rank) {
        PeerInfo& info = infos_[rank];
        if (info.same_clock || info.lost) continue;
        if (const auto offset = compare_clock(rank))
            info.clock = clocks_compared_ ? over_time(info.clock, *offset) : *offset;
        else
            lose(rank, "does not answer any more: it has died, was stopped, or cannot be reached");
    }
    clocks_compared_ = true;
}

std::int64_t Star::lead_ns() const {
    std::int64_t way_ns = 0;
    for (const PeerInfo& info : infos_) way_ns = std::max(way_ns, 2 * info.clock.bound_ns);
    return first_sleeps_ns + way_ns;
}

// ---- all others

std::optional<Bytes> Star::next_question() {
    constexpr std::int64_t pings_follow_ns = 20 * ns_per_ms;
    std::int64_t begin_ns = now_ns();
    std::int64_t pinged_ns = 0;
    for (Pause pause{longest_sleep_ns};;) {
        const auto parcel = mailbox_->receive();
        const std::int64_t now = now_ns();
        if (!parcel) {
            if (now - begin_ns > patience_.silence_ns)
                throw Failure("rank 0 is silent: it has died, or cannot be reached");
            if (now - pinged_ns > pings_follow_ns) pause.take();
            continue;
        }
        Kind kind{};
        Unpacker head{parcel->bytes};
        head.all(kind, number_);
        if (kind == Kind::end) return std::nullopt;
        if (kind == Kind::question) return std::string{head.rest()};
        if (kind != Kind::ping) continue;
        send(0, Kind::pong, packed(now));
        begin_ns = pinged_ns = now;
    }
}

void Star::answer(const Bytes& answer) {
    send(0, Kind::answer, answer);
}

void Star::refuse(const std::string& why) {
    send(0, Kind::refusal, why);
}

// ---- at the end

void Star::end(int exit_code) {
    if (ended_) return;
    ended_ = true;
    if (rank() == 0)
        for (std::uint32_t other = 1; other != size(); ++other) send(other, Kind::end, {});
    if (!loss_.empty()) std::_Exit(exit_code);
    mailbox_->close();
}

}  // namespace pushbench::loadgen
