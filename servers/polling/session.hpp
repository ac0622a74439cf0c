#pragma once

#include <string>
#include <vector>

#include "polling/answer.hpp"
#include "transport/http_connection.hpp"
#include "transport/query.hpp"
#include "transport/timer_queue.hpp"

namespace pushbench::polling {

/// One poll: a cursor for the length of a request. It answers at once if there is something new, or if it
/// must not wait; otherwise it is parked until its topics move or its time is up.
class PollSession final : public Parked, private Subscriber, private Timer {
 public:
    /// An empty answer names the cursor to go on from where the client does not know it.
    PollSession(HttpConnection& connection, const Wanted& wanted);

    bool has_news() const;
    void answer();
    void answer_empty();
    /// Answers when there is something new, or empty when `wait_ns` have passed.
    void wait_for(std::int64_t wait_ns);
    void shut_down() override { answer_empty(); }

 private:
    void wake() override;
    void on_timer() override { answer_empty(); }

    HttpConnection& connection_;
    Reader reader_;
    std::vector<Gap> ahead_;  // topics whose cursor was beyond the head
    bool names_cursor_ = false;
};

/// GET /poll, short or long.
void handle_poll(HttpConnection& connection, const Request& request);

}  // namespace pushbench::polling
