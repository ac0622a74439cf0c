// What several processes have measured, put together, is what one would have.
#include "loadgen/trial/merge.hpp"

#include <gmock/gmock.h>

#include "good_result.hpp"

namespace pushbench::loadgen {
namespace {

/// So many processes on hosts a, b, c, …
class Company final : public Peers {
 public:
    explicit Company(std::uint32_t ranks) : infos(ranks) {
        for (std::uint32_t rank = 0; rank != ranks; ++rank)
            infos[rank].host = std::string(1, static_cast<char>('a' + rank));
    }
    [[nodiscard]] std::uint32_t rank() const override { return 0; }
    [[nodiscard]] std::uint32_t size() const override { return static_cast<std::uint32_t>(infos.size()); }
    [[nodiscard]] const PeerInfo& info(std::uint32_t rank) const override { return infos[rank]; }
    void ask(const Bytes& /*question*/) override {}
    [[nodiscard]] std::vector<std::optional<Bytes>> answers() override { return {}; }
    void compare_clocks() override {}
    [[nodiscard]] std::int64_t lead_ns() const override { return 0; }
    [[nodiscard]] const std::string& loss() const override { return none_; }
    [[nodiscard]] std::optional<Bytes> next_question() override { return std::nullopt; }
    void answer(const Bytes& /*answer*/) override {}
    void refuse(const std::string& /*why*/) override {}
    void end(int /*exit_code*/) override {}

    std::vector<PeerInfo> infos;

 private:
    std::string none_;
};

/// One of `ranks` that share good_result().
Part good_part(std::uint32_t rank, std::uint32_t ranks) {
    Part part;
    part.rank = rank;
    Result& r = part.result;
    r = Result{};
    r.settings = good_result().settings;
    r.settings.connections = share_of(100, rank, ranks);
    r.window.seconds = 10;
    r.loadgen.times = ProcessTimes{};
    r.loadgen.times->cpu_ns = 1'000'000'000;
    for (std::int64_t i = 0; i != 10'000; ++i) {
        if (i % ranks != rank) continue;
        const std::int64_t due_ns = i / 100 * 100'000'000;
        r.recorded.record({static_cast<std::uint64_t>(i / 100 + 1), "default", due_ns, due_ns + 50'000}, 0,
                          due_ns + 2'000'000);
        ++r.expected;
    }
    r.delivered = r.totals.delivered = r.window.counters.delivered = r.expected;
    return part;
}

/// As a packed one comes from afar.
std::vector<Part> good_parts(std::uint32_t ranks) {
    std::vector<Part> parts;
    for (std::uint32_t rank = 0; rank != ranks; ++rank)
        parts.push_back(unpacked<Part>(packed(good_part(rank, ranks))));
    parts[0].result.settings = good_part(0, ranks).result.settings;
    return parts;
}

Result whole_of(std::vector<Part>& parts, const Peers& peers) {
    Result whole;
    whole.settings = good_result().settings;
    whole.published = 100;
    whole.drained = true;
    merge_parts(whole, parts, peers);
    whole.rules = judge_with_parts(whole, parts);
    return whole;
}

TEST(Merge, OfPartsIsTheWhole) {
    for (const std::uint32_t ranks : {2U, 3U, 4U}) {
        Company company{ranks};
        std::vector<Part> parts = good_parts(ranks);
        const Result whole = whole_of(parts, company);
        const Result one = good_result();
        EXPECT_EQ(whole.delivered, one.delivered);
        EXPECT_EQ(whole.expected, one.expected);
        EXPECT_EQ(whole.recorded.latency.buckets(), one.recorded.latency.buckets());
        EXPECT_EQ(whole.recorded.notifications(), one.recorded.notifications());
        EXPECT_EQ(whole.window.counters.delivered, one.window.counters.delivered);
        EXPECT_EQ(whole.loadgen.times->cpu_ns, ranks * 1'000'000'000LL);
        EXPECT_EQ(whole.ranks.size(), ranks);
        EXPECT_EQ(whole.ranks.back().connections, share_of(100, ranks - 1, ranks));
        EXPECT_THAT(texts(whole.rules, Effect::wrong), testing::IsEmpty());
    }
}

TEST(Merge, OneInvalidRankMakesItInvalidAndIsNamed) {
    Company company{3};
    std::vector<Part> parts = good_parts(3);
    parts[1].result.window.busiest_slice = 0.95;
    const Result whole = whole_of(parts, company);
    EXPECT_THAT(
        texts(whole.rules, Effect::wrong),
        testing::ElementsAre(testing::StartsWith("generator_busy: rank 1 (b): a reader thread was 95 %")));
    EXPECT_THAT(whole.ranks[1].wrong, testing::SizeIs(1));
    EXPECT_THAT(whole.ranks[0].wrong, testing::IsEmpty());
}

TEST(Merge, AShareThatOnlyOneRankBreaksIsBroken) {
    Company company{4};
    std::vector<Part> parts = good_parts(4);
    parts[3].result.totals.reconnects = 1;  // 1 % of all, 4 % of its own
    const Result whole = whole_of(parts, company);
    EXPECT_THAT(texts(whole.rules, Effect::wrong),
                testing::ElementsAre(testing::StartsWith("reconnects: rank 3 (d): 1 connections were lost")));
}

TEST(Merge, WhatIsLostOfTheWholeNamesWhoLostIt) {
    Company company{2};
    std::vector<Part> parts = good_parts(2);
    parts[1].result.delivered -= 3;
    parts[1].result.lost = 3;
    const Result whole = whole_of(parts, company);
    const auto wrong = texts(whole.rules, Effect::wrong);
    ASSERT_EQ(wrong.size(), 1U);
    EXPECT_THAT(wrong.front(),
                testing::StartsWith("deliveries: 9997 of 10000 expected were delivered, 3 were lost"));
    EXPECT_THAT(wrong.front(), testing::HasSubstr("; rank 1 (b): 4997 of 5000"));
}

TEST(Merge, ALostRankIsInTheReportWithoutAPart) {
    Company company{3};
    std::vector<Part> parts = good_parts(3);
    parts.erase(parts.begin() + 1);
    company.infos[1].lost = true;
    const Result whole = whole_of(parts, company);
    EXPECT_TRUE(whole.ranks[1].lost);
    EXPECT_FALSE(whole.ranks[2].lost);
    EXPECT_EQ(whole.delivered, whole.ranks[0].delivered + whole.ranks[2].delivered);
}

TEST(Merge, LatenciesByAClockOfWhichTooLittleIsKnownAreLeftOut) {
    Company company{2};
    company.infos[1].same_clock = false;
    company.infos[1].clock = {5'000'000'000, 200'000};  // a tenth of 2 ms
    std::vector<Part> known = good_parts(2);
    EXPECT_EQ(whole_of(known, company).recorded.latency.count(), 10'000U);
    company.infos[1].clock.bound_ns = 300'000;
    std::vector<Part> vague = good_parts(2);
    const Result whole = whole_of(vague, company);
    EXPECT_EQ(whole.recorded.latency.count(), 5'000U);
    EXPECT_EQ(whole.delivered, 10'000) << "they came all the same";
    EXPECT_FALSE(whole.ranks[1].times_count);
    EXPECT_TRUE(whole.ranks[0].times_count);
}

TEST(Merge, SlicesOfAllRanksAreOneSeries) {
    Company company{2};
    std::vector<Part> parts = good_parts(2);
    for (Part& part : parts) {
        Slice slice;
        slice.counters.delivered = 5;
        part.cuts = {{{slice, slice}},
                     {{0, 40, {}, {}}, {1'000'000'000, 41, {}, {}}, {2'000'000'000, 42, {}, {}}},
                     1'000'000'000};
    }
    parts[1].cuts.moments.pop_back();  // its last two were one
    const Result whole = whole_of(parts, company);
    ASSERT_EQ(whole.series.slices.size(), 2U);
    EXPECT_EQ(whole.series.slices[0].counters.delivered, 10);
    EXPECT_EQ(whole.series.slices[0].ready, 82);
    EXPECT_EQ(whole.series.slices[1].ready, 83);
}

}  // namespace
}  // namespace pushbench::loadgen
