#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "notify/broker.hpp"
#include "notify/clock.hpp"
#include "notify/publisher.hpp"
#include "source/jetstream/attempt.hpp"
#include "source/jetstream/message.hpp"

namespace pushbench::jetstream {

struct NumberingLimits {
    std::size_t topics = 100'000;
    std::size_t waiting = 100'000;                 ///< notifications that the stream has not taken yet
    std::size_t waiting_bytes = 64 * 1024 * 1024;  ///< their payloads
    std::int64_t wait_ns = 10'000'000'000;         ///< how long one waits, then it is refused
    std::int64_t answer_ns = 3'000'000'000;        ///< without an answer for so long: try again
};

/// What has been counted since the start, and what is so now.
struct NumberingCounts {
    std::uint64_t refused = 0;
    std::uint64_t conflicts = 0;  ///< somebody else's notification was stored first
    std::uint64_t repeated = 0;   ///< tries after one that had no answer
    std::uint64_t ignored = 0;    ///< messages of the stream that are none of ours
    std::uint64_t consumed = 0;   ///< stream sequence of the last message that came
    std::size_t waiting = 0;
    std::size_t in_flight = 0;
};

/// Gives notifications their numbers in a stream that several processes publish to, and hands on what the
/// stream delivers.
///
/// A notification is stored only where the last message of its subject is the one that this process knows
/// (compare and set), and then has the number behind that one's. Where somebody else was faster, it takes the
/// next number once that message has come. A try without an answer is repeated under the same condition: if
/// it was stored after all, the condition no longer holds, and the message comes back with the publication's
/// own id. So no number is given twice, and nothing is stored twice.
///
/// Within a topic one try is on its way, and the others wait: the condition of the next is the answer to the
/// last.
///
/// A topic's number never exceeds the stream sequence of its message. So a process that knows nothing of a
/// topic begins behind the last stream sequence that it has not seen: whatever the topic once had is not
/// above it.
class Numbering final : public Sink {
 public:
    using Limits = NumberingLimits;
    using Counts = NumberingCounts;

    /// `broker` and `uplink` outlive it.
    Numbering(Broker& broker, Uplink& uplink, const Limits& limits, Clock clock);

    void publish(std::string_view topic, std::string_view payload, std::int64_t due_ns, std::int64_t sent_ns,
                 const Published& done) override;

    // What the stream says.
    /// To the try of that publication.
    void answered(std::uint64_t id, const Answer& answer);
    /// Messages come in the order of the stream; one that came already is passed over.
    void delivered(const Delivered& message);
    /// All has come that was stored up to `last_stream_seq`: from now on tries are sent.
    void caught_up(std::uint64_t last_stream_seq);
    /// It is away: what is on its way may have been stored, or not.
    void lost();

    /// Tries again what had no answer, refuses what has waited too long. To be called a few times a second.
    void look_after();
    /// Refuses all that waits: the process ends.
    void give_up();
    /// Forgets topics that nobody published to for `unpublished_ns`, by when the stream has forgotten them
    /// too.
    void forget_unpublished(std::int64_t unpublished_ns);
    /// Payloads above that are refused at once.
    void set_most_payload_bytes(std::size_t bytes) { most_payload_bytes_ = bytes; }

    std::uint64_t consumed() const { return counts_.consumed; }
    Counts counts() const;
    std::map<std::string, std::uint64_t> heads() const;
    std::size_t topic_count() const { return topics_.size(); }

 private:
    struct Waiting {
        std::uint64_t id = 0;
        std::shared_ptr<const std::string> payload{};
        std::int64_t due_ns = 0;
        std::int64_t sent_ns = 0;
        std::int64_t since_ns = 0;
        Published done{};
    };
    /// Who published is told once it has come: then it is in the logs of this process.
    struct Stored {
        std::uint64_t seq = 0;
        std::int64_t since_ns = 0;
        Published done{};
    };
    /// How the first that waits stands.
    enum class State : std::uint8_t { not_sent, sent, unknown, beaten };
    struct Topic {
        std::uint64_t numbered = 0;   // the highest number that is given, as far as is known here
        std::uint64_t head = 0;       // of the logs
        std::uint64_t last = 0;       // stream sequence of the last message on the subject; 0: none is known
        std::uint64_t tried_seq = 0;  // the number of the try that is on its way
        std::uint64_t tried_after = 0;  // and the message that it expected to be the last
        std::uint64_t beaten_by = 0;    // the message that was stored first
        std::int64_t heard_ns = 0;
        std::int64_t tried_ns = 0;
        State state = State::not_sent;
        std::list<Waiting> waiting;  // takes no memory while nothing waits
    };
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    using Topics = std::unordered_map<std::string, Topic, Hash, std::equal_to<>>;
    using Entry = Topics::value_type;

    Entry* find_or_create(std::string_view name);
    void refuse(const Published& done, NotTaken why, std::string problem);
    std::uint64_t next_number(const Topic& topic) const;
    void try_first(Entry& topic);
    void try_again(Entry& topic);
    /// The first that waits has its answer, and the next is tried.
    void settle(Entry& topic, const Publication& publication);
    Published take_first(Entry& topic);
    void tell_stored(std::uint64_t up_to);
    void beaten(Entry& topic, std::uint64_t last);
    void refuse_late(Entry& topic, std::int64_t before_ns);
    Waiting take(Topic& topic, std::list<Waiting>::iterator which);
    void note_hole(const Delivered& message);
    void hand_on(Entry& topic, const Delivered& message);
    void note_last(Entry& topic, const Delivered& message);

    Broker& broker_;
    Uplink& uplink_;
    const Limits limits_;
    Clock clock_;
    Topics topics_;
    std::unordered_map<std::uint64_t, Entry*> firsts_;  // of each topic where something waits, by its id
    std::map<std::uint64_t, Stored> stored_;            // that have not come yet, by stream sequence
    Counts counts_;
    std::size_t waiting_bytes_ = 0;
    std::size_t most_payload_bytes_ = SIZE_MAX;
    std::uint64_t last_id_ = 0;
    std::uint64_t unseen_ = 0;           // the last stream sequence that never came
    std::uint64_t unseen_at_start_ = 0;  // as it was before anybody followed
    std::uint64_t forgotten_ = 0;        // no number of a forgotten topic is above it
    bool is_live_ = false;
    bool was_live_ = false;
};

}  // namespace pushbench::jetstream
