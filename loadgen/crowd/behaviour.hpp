#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace pushbench::loadgen {

/// When a client comes back that has lost its connection.
enum class Retry : std::uint8_t {
    jitter,  ///< after a random time below a bound that doubles from attempt to attempt: they spread
    fixed    ///< after the same time each: who was cut off together comes back together
};

/// What some clients do that a steady one does not. It begins with the window that is measured.
struct Behaviour {
    double churn_per_s = 0;       ///< of all workers: clients that leave, a fresh one in the place of each
    double slow_share = 0;        ///< of the clients: these read slowly
    double slow_bytes_per_s = 0;  ///< each of them; 0: they stop
    double vanish_share = 0;      ///< of the clients: these are gone without a word, and answer nothing
    /// How long after the window began connections are cut, all at once.
    std::optional<std::chrono::nanoseconds> cut_after;
    double cut_share = 1;  ///< of the clients
    Retry retry = Retry::jitter;
    /// The first bound, or the time itself; a server may set another.
    std::chrono::nanoseconds retry_after = std::chrono::milliseconds{100};
    bool resumes = true;  ///< who comes back says how far it had come

    [[nodiscard]] bool any() const {
        return churn_per_s > 0 || slow_share > 0 || vanish_share > 0 || cut_after.has_value();
    }
    /// Whether notifications are lost that no server could have kept from it.
    [[nodiscard]] bool loses() const { return cut_after && !resumes; }
};

/// What becomes of a client. Only what steady ones get is counted and timed: of the others it is not known
/// what should come.
enum class Role : std::uint8_t { steady, slow, vanishing };

/// Where a client lies in [0, 1): evenly spread whichever clients are taken, and the same in each trial
/// (multiples of the golden ratio, a Weyl sequence).
[[nodiscard]] inline double place_of(std::uint32_t client) {
    constexpr std::uint64_t golden = 0x9E3779B97F4A7C15U;
    return static_cast<double>((golden * client) >> 11U) * 0x1p-53;
}

[[nodiscard]] inline Role role_of(std::uint32_t client, const Behaviour& behaviour) {
    const double place = place_of(client);
    if (place < behaviour.slow_share) return Role::slow;
    return place < behaviour.slow_share + behaviour.vanish_share ? Role::vanishing : Role::steady;
}

/// How many of so many clients have that role.
[[nodiscard]] inline std::int64_t count_of(Role role, std::uint32_t clients, const Behaviour& behaviour) {
    std::int64_t sum = 0;
    for (std::uint32_t client = 0; client != clients; ++client)
        sum += role_of(client, behaviour) == role ? 1 : 0;
    return sum;
}

/// From the other end than slow and vanishing ones.
[[nodiscard]] inline bool is_cut(std::uint32_t client, const Behaviour& behaviour) {
    return place_of(client) >= 1 - behaviour.cut_share && role_of(client, behaviour) == Role::steady;
}

}  // namespace pushbench::loadgen
