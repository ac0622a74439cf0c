#include "loadgen/trial/rank.hpp"

#include <malloc.h>

#include <algorithm>
#include <utility>

#include "loadgen/measure/clock.hpp"
#include "loadgen/peers/peers.hpp"
#include "loadgen/trial/setup.hpp"
#include "loadgen/trial/untaken.hpp"

namespace pushbench::loadgen {
namespace {

/// What the others leave of the trial to this one. Only rank 0 is beside the server.
Settings own_settings(Settings settings, const Place& place) {
    if (place.is_alone()) return settings;
    settings.connections = share_of(settings.connections, place.rank, place.ranks);
    if (place.leads()) return settings;
    settings.server = {};
    settings.admin.clear();
    return settings;
}

Result& told(Result& result, Settings settings) {
    result.settings = std::move(settings);
    return result;
}

/// What must be so before there are any clients.
CrowdSettings ready_for(const Settings& settings, const Place& place) {
    make_room_for_files(share_of(settings.connections, place.rank, place.ranks));
    bind_to_cpus(settings);
    return crowd_settings(settings, topic_names(settings), place);
}

}  // namespace

void Status::add(const Status& other) {
    ready += other.ready;
    refused_for_good += other.refused_for_good;
    put_off += other.put_off;
    delivered += other.delivered;
    not_understood += other.not_understood;
    understood = understood || other.understood;
}

Rank::Rank(const Settings& settings, const Place& place, const AdminClient* admin, Result& result)
    : place_{place},
      result_{told(result, own_settings(settings, place))},
      crew_{ready_for(settings, place)},
      meter_{crew_, admin, result_, place} {}

Done Rank::take_memory(std::uint64_t follow) {
    if (follow != 0)
        fanout_ = std::make_unique<FanoutTracker>(
            follow, result_.settings.connections,
            place_.is_alone() ? FanoutTracker::Keeps::places : FanoutTracker::Keeps::parts);
    return clear_records();
}

Done Rank::sample_before() {
    meter_.sample_before();
    return {};
}

Done Rank::start(std::int64_t origin_ns) {
    crew_.start(here(origin_ns));
    return {};
}

Status Rank::status() {
    return {crew_.ready(),     crew_.refused_for_good(), crew_.put_off(),
            crew_.delivered(), crew_.not_understood(),   crew_.understood()};
}

std::int64_t Rank::end_connecting(bool settled) {
    // What handshakes needed, 16 KiB and more of each that was under way, lies free between what stays.
    malloc_trim(0);
    result_.not_connected =
        settled ? crew_.refused_for_good() : std::int64_t{result_.settings.connections} - crew_.ready();
    return result_.not_connected;
}

// ---- what counts

Done Rank::clear_records() {
    crew_.clear_records();
    return {};
}

std::vector<std::uint64_t> Rank::begin_counting(const std::vector<std::uint64_t>& heads, bool follows) {
    FanoutTracker* const fanout = follows ? fanout_.get() : nullptr;
    if (fanout != nullptr) fanout->begin(heads[0] == unknown_head ? 0 : heads[0]);
    result_.counting_began_ns = now_ns() - place_.ahead_ns;
    return crew_.begin_counting(heads, fanout);
}

std::vector<std::uint64_t> Rank::lower_starts(std::vector<std::uint64_t> starts) {
    crew_.lower_starts(starts);
    return starts;
}

std::vector<std::uint64_t> Rank::raise_heads(std::vector<std::uint64_t> heads) {
    crew_.raise_heads(heads);
    return heads;
}

std::int64_t Rank::silent(const std::vector<bool>& heard) {
    result_.silent = crew_.silent(heard);
    return *result_.silent;
}

std::int64_t Rank::expected(const std::vector<std::uint64_t>& heads,
                            const std::vector<std::uint64_t>& untaken) {
    result_.expected = crew_.expected(heads) - deliveries_in(untaken, result_.settings.connections, place_);
    return result_.expected;
}

Missing Rank::missing(const std::vector<std::uint64_t>& heads, const std::vector<std::uint64_t>& untaken) {
    const std::int64_t nobodys = deliveries_in(untaken, result_.settings.connections, place_);
    result_.lost = std::max<std::int64_t>(0, crew_.lost(heads) - nobodys);
    result_.early_ledger_ends = crew_.behind(heads);
    return {result_.lost, result_.early_ledger_ends};
}

// ---- the window

Done Rank::prepare_window() {
    meter_.prepare();
    return {};
}

Done Rank::begin_window(std::int64_t due_ns) {
    meter_.begin(here(due_ns));
    return {};
}

Done Rank::end_window(std::int64_t due_ns) {
    meter_.end(here(due_ns));
    return {};
}

Done Rank::begin_behaving(std::int64_t begin_ns) {
    crew_.begin_behaving(here(begin_ns));
    return {};
}

Done Rank::end_churn() {
    crew_.end_churn();
    return {};
}

// ---- the end

Done Rank::say_goodbye() {
    crew_.say_goodbye();
    return {};
}

Part Rank::finish(bool sized) {
    Result& r = result_;
    crew_.collect(r.recorded, r.connect_times, r.tls_times, r.first_message_times, r.totals);
    crew_.collect_cut(r.back_times, r.storm);
    r.heard = crew_.heard();
    r.delivered = sized ? r.totals.delivered : r.expected - r.lost;
    if (r.settings.behaviour.churn_per_s > 0) r.expected = r.delivered + r.lost;
    Part part;
    part.rank = place_.rank;
    if (place_.is_alone()) return part;  // what was measured is where it belongs already
    part.result = std::move(r);
    part.cuts = meter_.take_cuts();
    if (fanout_) part.fanout = fanout_->parts();
    return part;
}

}  // namespace pushbench::loadgen
