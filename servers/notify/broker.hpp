#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "notify/entry.hpp"

namespace pushbench {

/// A thread's copy of the logs. What it is told arrives there in the order in which it is told.
class Replica {
 public:
    virtual void append(const std::string& topic, EntryPtr entry) = 0;
    /// See Hub::forget().
    virtual void forget(const std::string& topic, std::uint64_t base) = 0;
    /// See Hub::skip().
    virtual void skip(const std::string& topic, std::uint64_t base, bool lost) = 0;

 protected:
    ~Replica() = default;
};

/// Has each notification encoded once for each transport, and hands the one entry to the replica of every
/// thread. Which number it has is the source's matter. It belongs to one thread, and knows no sockets.
class Broker {
 public:
    /// `encoders` and `replicas` outlive it.
    Broker(const Encoders& encoders, std::vector<Replica*> replicas);

    /// `seq` is the notification's place in the log of `topic`: the one behind its head.
    void append(const std::string& topic, std::uint64_t seq, const Notification& notification);
    /// See Hub::forget().
    void forget(const std::string& topic, std::uint64_t base);
    /// See Hub::skip().
    void skip(const std::string& topic, std::uint64_t base, bool lost);

 private:
    const Encoders& encoders_;
    std::vector<Replica*> replicas_;
};

}  // namespace pushbench
