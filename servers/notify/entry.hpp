#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "notify/cursor.hpp"
#include "notify/notification.hpp"

namespace pushbench {

/// The bytes of one notification as every subscriber of a transport gets them.
using Encoder = std::string (*)(const Notification&, const Epoch&);

/// What a server encodes notifications by, one for each transport that it speaks. Outlives all entries.
struct Encoders {
    static constexpr std::size_t kMost = 4;
    std::span<const Encoder> each;
    const Epoch* epoch = nullptr;
};

/// A published notification in a log, shared by every subscriber and every thread, never changed. It is
/// encoded at most once for each transport: at once where there is only one, else when the first subscriber
/// of that transport is to get it.
class Entry {
 public:
    /// `seq` is its place in the log: that of the notification, where nothing goes wrong on purpose.
    Entry(std::uint64_t seq, const Notification& notification, const Encoders& encoders);
    /// One whose bytes are there already, the same for all.
    Entry(std::uint64_t seq, std::string frame);
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;

    std::uint64_t seq() const { return seq_; }
    const std::string& frame(Encoder encoder) const { return later_ ? later_->frame(encoder) : frame_; }
    /// What it holds at most: as text, and encoded for each transport.
    std::size_t held_bytes() const { return held_bytes_; }

 private:
    /// What several transports may ask for.
    class Later {
     public:
        Later(const Notification& notification, const Encoders& encoders)
            : encoders_(encoders), notification_(notification) {}
        ~Later();
        Later(const Later&) = delete;
        Later& operator=(const Later&) = delete;
        /// Inline: it is on the way of each delivery.
        const std::string& frame(Encoder encoder) {
            std::size_t place = 0;
            while (encoders_.each[place] != encoder) ++place;  // one of them it is
            const std::string* made = made_[place].load(std::memory_order_acquire);
            return made != nullptr ? *made : encode(place);
        }

     private:
        const std::string& encode(std::size_t place);

        const Encoders& encoders_;
        Notification notification_;
        std::array<std::atomic<const std::string*>, Encoders::kMost> made_{};
    };

    std::uint64_t seq_;
    std::size_t held_bytes_;
    std::string frame_;             // where there is one encoder
    std::unique_ptr<Later> later_;  // where there are several
};

using EntryPtr = std::shared_ptr<const Entry>;

}  // namespace pushbench
