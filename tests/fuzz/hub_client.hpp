#pragma once

#include <functional>
#include <set>

#include "hub_model.hpp"
#include "notify/broker.hpp"
#include "pieces.hpp"

namespace pushbench::fuzz {

inline const Epoch kLife = *Epoch::parse("life");
constexpr std::size_t kReaders = 4;
constexpr std::size_t kAll = 64;  // more than all histories together

/// All numbers that were given, by topic: the truth that readers are held against, which knows no history.
using Given = std::map<std::string, std::set<std::uint64_t>>;

/// A thread's hub, and the model of it. What the source says arrives when deliver() is called.
struct Side final : Replica {
    explicit Side(const HubLimits& limits) : limits(limits), model(limits, kReaders) {}
    void append(const std::string& topic, EntryPtr entry) override {
        queue.emplace_back([this, topic, entry] {
            hub.append(topic, entry);
            model.append(topic, {entry->seq(), entry->frame(nullptr), entry->held_bytes()});
        });
    }
    void forget(const std::string& topic, std::uint64_t base) override {
        queue.emplace_back([this, topic, base] {
            hub.forget(topic, base);
            model.forget(topic, base);
        });
    }
    void skip(const std::string& topic, std::uint64_t base, bool lost) override {
        queue.emplace_back([this, topic, base, lost] { hub.skip(topic, base, lost); });
    }
    void deliver(std::size_t most) {
        for (; most > 0 && !queue.empty(); --most) {
            queue.front()();
            queue.pop_front();
            must_hold(hub.held_bytes() == model.held_bytes(), "held bytes are counted");
            must_hold(hub.held_bytes() <= limits.bytes || model.held_count() == 1,
                      "they are within the limit");
            must_hold(wakes_due == (model.any_moved() ? 1U : 0U), "it asks to be woken once");
        }
    }

    HubLimits limits;
    unsigned wakes_due = 0;
    Hub hub{limits, kLife, [this] { ++wakes_due; }};
    Model model;
    std::deque<std::function<void()>> queue;
};

/// A reader, and what it is to have by the numbers that were given.
class Client final : public Subscriber {
 public:
    enum class Manner : std::uint8_t { stalls, takes, comes_back, leaves };
    Client(std::size_t who, const Given& given) : who_(who), given_(given) {}

    void follow(Side& side, const std::vector<std::string>& names, const Cursor& from) {
        leave();
        side_ = &side;
        std::map<std::string, std::uint64_t> has;
        for (std::size_t i = 0; i < names.size(); ++i)
            has[names[i]] =
                from.after.empty() ? side.hub.head(names[i]) : from.after[from.after.size() == 1 ? 0 : i];
        has_ = std::move(has);
        const auto gaps = reader_.follow(side.hub, *this, names, from);
        const auto expected = side.model.follow(who_, names, from, kLife);
        must_hold(gaps.size() == expected.size(), "it is told of as many gaps");
        for (std::size_t i = 0; i < gaps.size(); ++i) told(gaps[i], expected[i]);
        must_stand_alike();
    }
    /// As a client does that was cut: from what it was told last, here or on another thread.
    void come_back(Side& side) {
        if (side_ == nullptr) return;
        const auto cursor = parse_cursor(reader_.cursor_text());
        must_hold(cursor.has_value(), "a cursor can be read that was given");
        const std::vector<std::string> names = side_->model.followers[who_].topics;
        for (std::size_t i = 0; i < names.size(); ++i) pass(names[i], cursor->after[i]);
        follow(side, names, *cursor);
    }
    void leave() {
        if (side_ == nullptr) return;
        reader_.reset();
        side_->model.followers[who_] = {};
        side_ = nullptr;
    }
    void take(std::size_t most) {
        if (side_ == nullptr) return;
        Model& model = side_->model;
        while (const auto expected = model.take_gap(who_)) {
            const auto gap = reader_.take_gap();
            must_hold(gap.has_value(), "it is told of a gap");
            told(*gap, *expected);
        }
        must_hold(!reader_.take_gap(), "it is told of no other gap");
        std::vector<const EntryPtr*> entries(most);
        entries.resize(reader_.peek(entries));
        const auto expected = model.next(who_);
        must_hold(entries.size() == std::min(most, expected.size()), "it gets as many");
        for (std::size_t i = 0; i < entries.size(); ++i) {
            const Entry& entry = **entries[i];
            must_hold(entry.seq() == expected[i]->seq && entry.frame(nullptr) == expected[i]->text,
                      "it gets what is next");
        }
        for (std::size_t i = 0; i < entries.size(); ++i) got_next();
        must_stand_alike();
    }
    void wake() override {
        ++woken;
        must_hold(reader_.behind(), "only who is behind is woken");
        if (manner == Manner::stalls) return;
        take(kAll);
        if (manner == Manner::comes_back) come_back(*side_);
        if (manner == Manner::leaves) leave();
    }
    [[nodiscard]] bool is_to_be_woken_by(const Side& side) const {
        return side_ == &side && side.model.behind(who_, true);
    }

    Manner manner = Manner::stalls;
    unsigned woken = 0;

 private:
    void got_next() {
        Model::Follower& follower = side_->model.followers[who_];
        const auto before = follower.cursors;
        side_->model.advance(who_);
        reader_.advance();
        for (std::size_t i = 0; i < before.size(); ++i) {
            if (follower.cursors[i] == before[i]) continue;
            const std::uint64_t seq = follower.cursors[i];
            must_hold(seq > has_[follower.topics[i]], "nothing comes twice");
            pass(follower.topics[i], seq - 1);
            has_[follower.topics[i]] = seq;
        }
    }
    void told(const Gap& gap, const Model::Missed& expected) {
        must_hold(Model::Missed{std::string{gap.topic}, gap.after, gap.first} == expected, "the gap is this");
        pass(expected.topic, expected.after);
        has_[expected.topic] = expected.first - 1;
    }
    /// It goes on from there: no number that was given may lie between.
    void pass(const std::string& topic, std::uint64_t up_to) {
        std::uint64_t& has = has_[topic];
        if (up_to <= has) return;
        if (const auto numbers = given_.find(topic); numbers != given_.end()) {
            const auto next = numbers->second.upper_bound(has);
            must_hold(next == numbers->second.end() || *next > up_to, "nothing is skipped without a word");
        }
        has = up_to;
    }
    void must_stand_alike() {
        std::string text = kLife.text();
        char before = '-';
        for (const std::uint64_t cursor : side_->model.followers[who_].cursors)
            text += std::exchange(before, ',') + std::to_string(cursor);
        must_hold(reader_.cursor_text() == text, "its cursor is this");
        must_hold(reader_.behind() == side_->model.behind(who_), "it is behind or not");
    }

    std::size_t who_;
    const Given& given_;
    Side* side_ = nullptr;
    Reader reader_;
    std::map<std::string, std::uint64_t> has_;
};

}  // namespace pushbench::fuzz
