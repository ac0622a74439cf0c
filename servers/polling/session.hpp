#pragma once

#include <array>
#include <string>
#include <vector>

#include "http/exchange.hpp"
#include "http/query.hpp"
#include "http/routing.hpp"
#include "polling/answer.hpp"
#include "polling/nothing_new.hpp"

namespace pushbench::polling {

/// One poll: a cursor for the length of a request. It answers at once if there is something new, or if it
/// must not wait; otherwise it is parked until its topics move or its time is up.
class PollSession final : public Parked, private Subscriber {
 public:
    PollSession(Exchange& exchange, const Wanted& wanted, NothingNew nothing_new);

    /// Something new, or a gap to tell of.
    bool has_news() const;
    void answer();
    void answer_empty() override;

 private:
    void wake() override;

    Exchange& exchange_;
    Reader reader_;
    std::vector<Gap> gaps_;  // of topics whose cursor was of another life
    const NothingNew nothing_new_;
};

/// GET /poll, short or long.
void handle_poll(Exchange& exchange, const Request& request);

inline constexpr std::array<Route, 1> kRoutes{{{"GET", "/poll", handle_poll}}};

}  // namespace pushbench::polling
