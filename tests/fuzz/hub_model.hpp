#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "notify/reader.hpp"

namespace pushbench::fuzz {

/// What a hub and its readers are to do, in the simplest words: a deque a topic, a number a cursor, and
/// nothing that is kept up to date when it can be looked for.
class Model {
 public:
    struct Held {
        std::uint64_t seq;
        std::string text;
        std::size_t bytes;
    };
    struct Follower {
        std::vector<std::string> topics{};
        std::vector<std::uint64_t> cursors{};
    };
    struct Missed {
        std::string topic;
        std::uint64_t after;
        std::uint64_t first;
        bool operator==(const Missed&) const = default;
    };

    Model(const HubLimits& limits, std::size_t followers) : followers(followers), limits_(limits) {}

    void append(const std::string& name, Held entry) {
        Topic& topic = find_or_create(name);
        if (topic.held.empty() && entry.seq > topic.head + 1) go_on_from(name, entry.seq - 1);
        topic.head = entry.seq;
        topic.held.push_back(std::move(entry));
        topic.moved = true;
        topic.published = ++published_;
        while (topic.held.size() > limits_.topic.entries ||
               (bytes_of(topic) > limits_.topic.bytes && topic.held.size() > 1))
            topic.held.pop_front();
        while (held_bytes() > limits_.bytes && held_count() > 1) quietest_with_history().held.pop_front();
    }
    void forget(const std::string& name, std::uint64_t base) {
        base_ = std::max(base_, base);
        if (!topics_.contains(name)) return;
        go_on_from(name, base_);
        topics_[name].published = 0;
        if (!is_followed(name) && !topics_[name].moved) topics_.erase(name);
    }
    void forget_empty() {
        std::erase_if(topics_, [&](const auto& item) {
            const Topic& topic = item.second;
            return topic.published == 0 && !topic.moved && !is_followed(item.first);
        });
    }
    void woken() {
        for (auto& [name, topic] : topics_) topic.moved = false;
    }

    /// The gaps that it is told of.
    std::vector<Missed> follow(std::size_t who, const std::vector<std::string>& names, const Cursor& from,
                               const Epoch& life) {
        Follower& follower = followers[who];
        follower = {};
        std::vector<Missed> gaps;
        for (std::size_t i = 0; i < names.size(); ++i) {
            std::uint64_t cursor = find_or_create(names[i]).head;
            follower.topics.push_back(names[i]);
            if (!from.after.empty()) {
                const std::uint64_t wanted = from.after[from.after.size() == 1 ? 0 : i];
                const bool is_foreign = from.epoch ? *from.epoch != life : wanted > cursor;
                if (is_foreign) gaps.push_back({names[i], wanted, first(names[i])});
                cursor = is_foreign ? first(names[i]) - 1 : wanted;
            }
            follower.cursors.push_back(cursor);
        }
        return gaps;
    }
    std::optional<Missed> take_gap(std::size_t who) {
        Follower& follower = followers[who];
        for (std::size_t i = 0; i < follower.topics.size(); ++i) {
            const std::uint64_t first_held = first(follower.topics[i]);
            if (follower.cursors[i] >= first_held - 1) continue;
            return Missed{follower.topics[i], std::exchange(follower.cursors[i], first_held - 1), first_held};
        }
        return std::nullopt;
    }
    /// All that it can get now, topic after topic.
    [[nodiscard]] std::vector<const Held*> next(std::size_t who) const {
        std::vector<const Held*> entries;
        const Follower& follower = followers[who];
        for (std::size_t i = 0; i < follower.topics.size(); ++i)
            for (const Held& held : topics_.at(follower.topics[i]).held)
                if (held.seq > follower.cursors[i]) entries.push_back(&held);
        return entries;
    }
    void advance(std::size_t who) {
        Follower& follower = followers[who];
        for (std::size_t i = 0; i < follower.topics.size(); ++i) {
            if (follower.cursors[i] >= head(follower.topics[i])) continue;
            ++follower.cursors[i];
            return;
        }
    }
    [[nodiscard]] bool behind(std::size_t who, bool in_moved_only = false) const {
        const Follower& follower = followers[who];
        for (std::size_t i = 0; i < follower.topics.size(); ++i) {
            const Topic& topic = topics_.at(follower.topics[i]);
            if (follower.cursors[i] < topic.head && (topic.moved || !in_moved_only)) return true;
        }
        return false;
    }

    [[nodiscard]] std::uint64_t head(const std::string& name) const {
        return topics_.contains(name) ? topics_.at(name).head : base_;
    }
    [[nodiscard]] std::size_t held_bytes() const {
        std::size_t bytes = 0;
        for (const auto& [name, topic] : topics_) bytes += bytes_of(topic);
        return bytes;
    }
    [[nodiscard]] std::size_t held_count() const {
        std::size_t count = 0;
        for (const auto& [name, topic] : topics_) count += topic.held.size();
        return count;
    }
    [[nodiscard]] std::size_t topic_count() const { return topics_.size(); }
    [[nodiscard]] bool any_moved() const {
        return std::any_of(topics_.begin(), topics_.end(),
                           [](const auto& item) { return item.second.moved; });
    }

    std::vector<Follower> followers;

 private:
    struct Topic {
        std::deque<Held> held{};
        std::uint64_t head = 0;
        std::uint64_t published = 0;  // when, counted in publications; 0: not since it was forgotten
        bool moved = false;
    };

    static std::size_t bytes_of(const Topic& topic) {
        std::size_t bytes = 0;
        for (const Held& held : topic.held) bytes += held.bytes;
        return bytes;
    }
    [[nodiscard]] std::uint64_t first(const std::string& name) const {
        const Topic& topic = topics_.at(name);
        return topic.held.empty() ? topic.head + 1 : topic.held.front().seq;
    }
    [[nodiscard]] bool is_followed(const std::string& name) const {
        return std::any_of(followers.begin(), followers.end(), [&](const Follower& follower) {
            return std::count(follower.topics.begin(), follower.topics.end(), name) > 0;
        });
    }
    Topic& find_or_create(const std::string& name) {
        return topics_.try_emplace(name, Topic{{}, base_}).first->second;
    }
    Topic& quietest_with_history() {
        Topic* quietest = nullptr;
        for (auto& [name, topic] : topics_)
            if (!topic.held.empty() && (!quietest || topic.published < quietest->published))
                quietest = &topic;
        return *quietest;
    }
    void go_on_from(const std::string& name, std::uint64_t base) {
        Topic& topic = topics_[name];
        for (Follower& follower : followers)
            for (std::size_t i = 0; i < follower.topics.size(); ++i)
                if (follower.topics[i] == name && follower.cursors[i] == topic.head)
                    follower.cursors[i] = base;
        topic.held.clear();
        topic.head = base;
    }

    HubLimits limits_;
    std::uint64_t base_ = 0;
    std::uint64_t published_ = 0;
    std::map<std::string, Topic> topics_;
};

}  // namespace pushbench::fuzz
