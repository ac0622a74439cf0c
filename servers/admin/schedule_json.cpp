#include <boost/json.hpp>
#include <cmath>

#include "admin/admin.hpp"

namespace pushbench {
namespace {

namespace json = boost::json;

std::string wrong(std::string_view key, const json::value& value, std::string_view expected) {
    return "bad schedule: " + std::string{key} + " is " + json::serialize(value) + ", expected " +
           std::string{expected};
}

/// A whole number of [low, high].
bool whole(const json::value& value, std::uint64_t low, std::uint64_t high, std::uint64_t& out) {
    if (value.is_int64() && value.get_int64() >= 0)
        out = static_cast<std::uint64_t>(value.get_int64());
    else if (value.is_uint64())
        out = value.get_uint64();
    else
        return false;
    return out >= low && out <= high;
}

/// Reads one member; on a bad value says so in `problem`.
bool read_member(std::string_view key, const json::value& value, ScheduleOptions& options,
                 std::string& problem) {
    const auto fail = [&](std::string_view expected) {
        problem = wrong(key, value, expected);
        return false;
    };
    std::uint64_t number = 0;
    if (key == "rate") {
        if (!value.is_number()) return fail("notifications per second, such as 50");
        options.rate_per_s = value.to_number<double>();
        // Far slower, and due times would not fit into 64 bits of nanoseconds.
        if (!(options.rate_per_s >= 1e-6 && options.rate_per_s <= 1e7))
            return fail("a rate from 0.000001 to 10000000");
    } else if (key == "payload_bytes") {
        if (!whole(value, 0, 1024 * 1024, number)) return fail("0 to 1048576");
        options.payload_bytes = static_cast<std::uint32_t>(number);
    } else if (key == "arrival") {
        if (value != "constant" && value != "poisson") return fail("\"constant\" or \"poisson\"");
        options.arrival = value == "poisson" ? Arrival::poisson : Arrival::constant;
    } else if (key == "seed") {
        if (!whole(value, 0, UINT64_MAX, options.seed)) return fail("a whole number from 0");
    } else if (key == "topics") {
        if (!whole(value, 1, 1'000'000, number)) return fail("1 to 1000000");
        options.topics = static_cast<std::uint32_t>(number);
    } else if (key == "count") {
        if (!whole(value, 0, UINT64_MAX, options.count)) return fail("a whole number; 0 is without end");
    } else if (key == "topic") {
        if (!value.is_string() || !is_topic_name(value.get_string()))
            return fail("1 to 128 bytes of UTF-8 without control characters");
        options.topic = value.get_string();
    } else {
        problem = "bad schedule: unknown member '" + std::string{key} +
                  "', expected rate, payload_bytes, arrival, seed, topics, topic, count";
        return false;
    }
    return true;
}

}  // namespace

std::optional<ScheduleOptions> parse_schedule(std::string_view text, std::string& problem) {
    boost::system::error_code error;
    const json::value value = json::parse({text.data(), text.size()}, error);
    if (error || !value.is_object()) {
        problem =
            R"(bad schedule: expected a JSON object such as {"rate":50,"payload_bytes":128,"count":500})";
        return std::nullopt;
    }
    ScheduleOptions options;
    for (const auto& member : value.get_object())
        if (!read_member({member.key().data(), member.key().size()}, member.value(), options, problem))
            return std::nullopt;
    if (options.rate_per_s <= 0) {
        problem = "bad schedule: rate is missing, expected notifications per second, such as 50";
        return std::nullopt;
    }
    return options;
}

}  // namespace pushbench
