#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace pushbench::loadgen {

/// What came from one of the others.
struct Parcel {
    std::uint32_t from = 0;
    std::string bytes;
};

/// Brings bytes from rank to rank, in order between any two. None of its functions waits: whoever is to
/// answer may be dead. For one thread.
class Mailbox {
 public:
    Mailbox() = default;
    virtual ~Mailbox() = default;
    Mailbox(const Mailbox&) = delete;
    Mailbox& operator=(const Mailbox&) = delete;

    [[nodiscard]] virtual std::uint32_t rank() const = 0;
    [[nodiscard]] virtual std::uint32_t size() const = 0;
    virtual void send(std::uint32_t to, std::string bytes) = 0;
    /// The next that is here; also brings on its way what was sent.
    [[nodiscard]] virtual std::optional<Parcel> receive() = 0;
    /// All others do so as well, and nothing is sent any more.
    virtual void close() = 0;
};

}  // namespace pushbench::loadgen
