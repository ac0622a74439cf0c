#pragma once

#include <string>
#include <utility>
#include <vector>

#include "notify/broker.hpp"

namespace pushbench {

/// Notes what a thread is told.
struct Noted final : Replica {
    void append(const std::string& topic, EntryPtr entry) override {
        told.push_back(topic + " " + std::to_string(entry->seq()));
        entries.push_back(std::move(entry));
    }
    void forget(const std::string& topic, std::uint64_t base) override {
        told.push_back("forget " + topic + " " + std::to_string(base));
    }
    void skip(const std::string& topic, std::uint64_t base, bool lost) override {
        told.push_back((lost ? "lost " : "skip ") + topic + " " + std::to_string(base));
    }
    std::vector<std::string> told;
    std::vector<EntryPtr> entries;
};

}  // namespace pushbench
