#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loadgen/dialects/template.hpp"

namespace pushbench::loadgen {

/// How what comes is cut into messages.
enum class Cut : std::uint8_t {
    whole,             ///< a frame, an event, an answer is a message
    lines,             ///< several in a frame, a line feed between; empty lines are none
    record_separator,  ///< each ended by 0x1e, wherever the frames end
    json_array,        ///< an answer is a JSON array, each element a message
    answer,            ///< our own: {"cursor":…,"notifications":[…],"gaps":[…]}
    nats,              ///< the NATS client protocol: a stream of lines, and payloads behind MSG and HMSG
};

/// What is done about a message that a rule matches. None of them reaches the ledger.
struct SpeechRule {
    enum class Then : std::uint8_t {
        count,   ///< a message after all
        ignore,  ///< not ours to judge
        gap,     ///< the server no longer holds what was missed
        refuse,  ///< the server says no: the connection ends, with what it said
    };
    std::string equals, starts_with, contains;  ///< all that are not empty must hold
    Then then = Then::ignore;
    bool subscribed = false;        ///< this is the answer to the subscription
    std::vector<Template> answers;  ///< sent back, in this order

    [[nodiscard]] bool matches(std::string_view message) const;
};

struct HeaderTemplate {
    std::string name;
    Template value;
};

/// One of the values by which a server knows where to go on: where it is found, and where it is sent.
struct CursorPart {
    enum class From : std::uint8_t {
        ledger,    ///< the sequence of the last notification
        answer,    ///< polls cut by Cut::answer: its cursor
        event_id,  ///< SSE: the id of the last event (WHATWG HTML §9.2.6)
        header,    ///< of the answer
        key,       ///< of the JSON object that came: "name": number or string
    };
    enum class To : std::uint8_t { header, query };
    From from = From::ledger;
    std::string from_name;
    To to = To::header;
    std::string to_name;
};

/// How one transport of a server is spoken.
struct Speech {
    enum class Wait : std::uint8_t { none, duration, seconds, milliseconds };

    Template path;                        ///< with its query; empty: the target must name it
    std::vector<HeaderTemplate> headers;  ///< beside those that the transport itself needs
    Template subprotocol;                 ///< WebSocket (RFC 6455 §1.9); empty: none is asked for
    std::vector<Template> open;           ///< WebSocket: sent when the handshake is done
    std::vector<Template> heartbeat;  ///< WebSocket: said again and again, to a server that drops the silent
    std::chrono::nanoseconds heartbeat_every{0};
    bool confirms = false;  ///< subscribed only once a rule says so, not by the answer alone
    bool binary = false;    ///< WebSocket: what is sent goes in binary frames
    Cut cut = Cut::whole;
    std::vector<SpeechRule> rules;  ///< the first that matches decides
    bool counts_rest = true;        ///< what no rule matches is a message
    /// SSE: the names of events that count, "message" is that of those without one; empty: all.
    std::vector<std::string> events;
    std::vector<std::string> gap_events;  ///< SSE: names of those that say that something was missed
    std::vector<CursorPart> cursor;
    Wait wait = Wait::none;    ///< long polls: how the server is told how long to park
    std::string wait_name;     ///< of the query's part that says so
    bool parks_first = false;  ///< polls: the first is parked as well, so who asks counts as subscribed

    /// The part of the cursor that is a key of a JSON object that comes; null if there is none.
    [[nodiscard]] const CursorPart* cursor_key() const;
    /// Whether the last sequence seen is taken for a cursor.
    [[nodiscard]] bool goes_on_by_sequence() const;
};

/// How a notification is published, where the server itself takes it.
struct PublishSpeech {
    Template url;  ///< a path at the target, or a whole URL; empty: by a message on a WebSocket
    std::string method = "POST";
    std::vector<HeaderTemplate> headers;
    Template body;
    Template message;  ///< WebSocket: sent behind what the speech sends on opening
};

/// How a server wants to be spoken to: data, read from a TOML file.
struct Dialect {
    std::string name;
    std::string about;          ///< one line
    std::string documentation;  ///< URL
    std::string tried;          ///< against which version of the real server; or "documentation only"
    std::string message;        ///< what its messages are by themselves: json, marker or opaque
    std::optional<Speech> websocket, sse, short_poll, long_poll;
    std::optional<PublishSpeech> publish;

    /// By the transport's name in the table of transports; null if the dialect does not speak it.
    [[nodiscard]] const Speech* speech(std::string_view transport) const;
    /// "websocket, sse", for messages.
    [[nodiscard]] std::string transports() const;
};

/// The rule that decides about a message; null if none does.
const SpeechRule* rule_for(const std::vector<SpeechRule>& rules, std::string_view message);

}  // namespace pushbench::loadgen
