#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "notify/hub.hpp"

namespace pushbench {

/// What a subscriber is told when notifications it has not seen are gone, or its cursor is from another life
/// of the server: it said `after`, the next it can get is `first`, and it is to go on from `cursor`.
struct Gap {
    std::string_view topic;
    std::uint64_t after = 0;
    std::uint64_t first = 0;
    std::string cursor{};
};

/// `{"gap":{"topic":"default","after":3,"first":10,"cursor":"k3x9a1-9"}}`
std::string to_json(const Gap& gap);

/// All that one subscriber follows: a cursor into each of its topics. Knows nothing of how entries leave.
class Reader {
 public:
    /// Follows `topics` (at least one, each once) on behalf of `owner`, from `from`: a number for each topic,
    /// or one for all, or none: from the head. A cursor of another life of the source goes on from the first
    /// that is held, and is reported: by its epoch, or, where it names none, because it is beyond the head.
    /// One of this life may be: another thread gave it, whose replica is ahead of this one.
    std::vector<Gap> follow(Hub& hub, Subscriber& owner, std::span<const std::string> topics,
                            const Cursor& from);
    /// Follows nothing any more.
    void reset();

    bool behind() const;
    /// A cursor fell off its topic's history. Inline: it is asked on the way of each delivery.
    bool has_gap() const {
        for (const Subscription& subscription : subscriptions())
            if (fell_off(subscription)) return true;
        return false;
    }
    /// Moves such a cursor to the oldest entry still held, and says so.
    std::optional<Gap> take_gap();
    /// The next entries in the order in which they are to leave, as many as fit; cursors stay where they are.
    std::size_t peek(std::span<const EntryPtr*> out) const;
    /// Moves past the first entry that peek() gives.
    void advance();

    std::size_t topic_count() const { return count_; }
    /// The cursor of a reader that follows one topic.
    const Subscription& only() const { return subscriptions().front(); }
    /// Name of the topic that was asked for first; empty after reset().
    std::string first_topic() const { return count_ == 0 ? std::string{} : only().topic().name(); }
    /// `k3x9a1-3` for one topic; `k3x9a1-3,7` for several, in the order in which they were asked for.
    std::string cursor_text() const;

 private:
    /// Without a sum: a client may name the largest number there is, which has no next.
    static bool fell_off(const Subscription& subscription) {
        return subscription.cursor < subscription.log().first() - 1;
    }
    std::span<Subscription> subscriptions() { return {several_ ? several_.get() : &one_, count_}; }
    std::span<const Subscription> subscriptions() const {
        return {several_ ? several_.get() : &one_, count_};
    }

    Subscription one_;  // nearly everybody follows one topic, which then needs no memory of its own
    std::unique_ptr<Subscription[]> several_;
    std::uint32_t count_ = 0;
};

}  // namespace pushbench
