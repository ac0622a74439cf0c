#pragma once

#include <ctime>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "loadgen/transport/protocol.hpp"
#include "loadgen/wire/http_response.hpp"

namespace pushbench::loadgen {

/// What an answer that is not the one asked for means to a client: whether it comes back (RFC 9110 §15), and
/// when. `more` goes on behind the status: "; an SSE server answers 200 and text/event-stream".
Refusal refusal_of(const ResponseHead& head, std::string_view more);

/// An answer that is not the one asked for, while it is being read: the first line of its body often says
/// what would be right ("see --allow-host"). What came with the head is told; nobody waits for the rest.
class HttpRefusal {
 public:
    void refuse(Refusal why) {
        if (!why_) why_ = std::move(why);
    }
    [[nodiscard]] bool refused() const { return why_.has_value(); }
    /// A piece of the body of the answer that is refused.
    void add_body(std::string_view piece);
    /// To be called once all that came has been read.
    void tell(Receiver& to);

 private:
    std::optional<Refusal> why_;
    std::string line_;  ///< the body's first, so far
    bool whole_ = false;
};

/// The peer speaks something else, or speaks it wrongly: there is no status.
Refusal protocol_error(std::string reason, bool for_good);

/// What keeps the body from being read as it is: a Content-Encoding that nobody asked for. Empty: nothing.
std::string_view unasked_encoding(const ResponseHead& head);

/// Retry-After (RFC 9110 §10.2.3): seconds, or a date, which is compared with the answer's own Date, or with
/// `now` where it has none. Empty where there is none, or it cannot be read.
std::optional<std::chrono::milliseconds> retry_after(const ResponseHead& head, std::time_t now);

}  // namespace pushbench::loadgen
