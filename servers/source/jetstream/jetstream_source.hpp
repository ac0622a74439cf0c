#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "source/jetstream/link.hpp"
#include "source/jetstream/numbering.hpp"
#include "source/source.hpp"

namespace pushbench::jetstream {

/// A stream of NATS JetStream, which several servers share: what is published on any of them, or by a NATS
/// client, reaches the subscribers of all, under one cursor. Puts together who numbers and who is connected;
/// lives on the thread of the first worker, to which the link's events are posted.
class JetStreamSource final : public Source, private Uplink {
 public:
    /// `broker` and `io` outlive it.
    JetStreamSource(boost::asio::io_context& io, Broker& broker, LinkOptions options,
                    const NumberingLimits& limits, std::int64_t topic_ttl_ns);

    void publish(std::string_view topic, std::string_view payload, std::int64_t due_ns, std::int64_t sent_ns,
                 const Published& done) override;
    void start(SourceEvents events) override;
    void stop() override;
    void forget_unpublished() override;
    std::map<std::string, std::uint64_t> heads() const override { return numbering_.heads(); }
    std::size_t topic_count() const override { return numbering_.topic_count(); }
    std::string why_unwell() const override;
    std::vector<SourceMetric> metrics() const override;

 private:
    void send(Attempt attempt) override { link_.send(std::move(attempt)); }

    void work_off();
    void on(const Opened& opened);
    void on(const CaughtUp& caught_up);
    void on(const Delivered& delivered) { numbering_.delivered(delivered); }
    void on(const Closed& closed);
    void on(const Answered& answered);
    void on(const Checkpoint& checkpoint) { link_.reply(checkpoint.reply, {}); }
    void on(const Asked& asked);
    void on(const Complained& complained);
    void on(const Failed& failed);
    void look_after();
    void say_ignored();

    boost::asio::io_context& io_;
    boost::asio::steady_timer timer_;
    const std::int64_t topic_ttl_ns_;
    const std::string name_;
    Link link_;
    Numbering numbering_;
    SourceEvents events_;
    std::string why_away_;  // empty: it is there
    std::string why_refused_;
    std::int64_t refused_ns_ = 0;
    std::int64_t said_away_ns_ = 0;
    std::int64_t said_ignored_ns_ = 0;
    std::uint64_t said_ignored_ = 0;
    std::int64_t max_age_ns_ = 0;
    std::uint64_t stream_seq_ = 0;  // the last that is known to be stored
    std::uint64_t opened_ = 0;
    bool began_ = false;
    bool is_ready_ = false;
    bool stopped_ = false;
};

}  // namespace pushbench::jetstream
