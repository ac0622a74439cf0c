#include "loadgen/publish/admin.hpp"

#include <boost/json.hpp>
#include <chrono>
#include <cstdlib>
#include <span>

namespace pushbench::loadgen {
namespace {

namespace json = boost::json;

constexpr std::chrono::seconds answer_limit{5};

std::optional<json::object> parse_object(std::string_view text) {
    boost::system::error_code error;
    auto value = json::parse({text.data(), text.size()}, error);
    if (error || !value.is_object()) return std::nullopt;
    return std::move(value.get_object());
}

std::optional<std::int64_t> whole_number(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains({name.data(), name.size()});
    if (value == nullptr || !value->is_int64()) return std::nullopt;
    return value->get_int64();
}

}  // namespace

HttpAnswer AdminClient::call(std::string_view method, std::string_view path, std::string_view body) const {
    Target target;
    target.addresses = {address_};
    target.authority = address_.text;
    HttpClient client{std::move(target), "the admin port " + address_.text,
                      "is a server running there? (--admin)"};
    const std::string bearer = "Bearer " + token_;
    std::vector<Header> headers{{"Connection", "close"}};
    if (!body.empty()) headers.push_back({"Content-Type", "application/json"});
    if (!token_.empty()) headers.push_back({"Authorization", bearer});
    return client.request(method, path, headers, body, answer_limit);
}

void AdminClient::refuse(const std::string& request, const HttpAnswer& reply,
                         const std::string& right) const {
    std::string said = reply.body.substr(0, 200);
    for (char& c : said)
        if (c == '\n' || c == '\r') c = ' ';
    throw AdminRefusal("the admin port " + address_.text + " answered " + request + " with " +
                       reply.status_text + (said.empty() ? "" : " '" + said + "'") + "; expected " + right);
}

void AdminClient::start(const ScheduleOrder& order) const {
    const json::object body = {{"rate", order.rate_per_s}, {"payload_bytes", order.payload_bytes},
                               {"arrival", order.arrival}, {"seed", order.seed},
                               {"topics", order.topics},   {"topic", order.topic},
                               {"count", order.count}};
    const HttpAnswer reply = call("POST", "/schedule", json::serialize(body));
    if (reply.status != 202)
        refuse(
            "POST /schedule", reply,
            reply.status == 409 ? "no other schedule to be running" : "202 (is this a server's admin port?)");
}

void AdminClient::stop() const {
    (void)call("DELETE", "/schedule");
}

ScheduleState AdminClient::schedule() const {
    const HttpAnswer reply = call("GET", "/schedule");
    const auto object = parse_object(reply.body);
    const auto* running = object ? object->if_contains("running") : nullptr;
    if (reply.status != 200 || running == nullptr || !running->is_bool())
        refuse("GET /schedule", reply, "200 and {\"running\":…}");
    return {running->get_bool(), whole_number(*object, "published").value_or(0),
            whole_number(*object, "due_first_ns"), whole_number(*object, "due_last_ns")};
}

std::vector<std::uint64_t> AdminClient::heads(const std::vector<std::string>& topics) const {
    const HttpAnswer reply = call("GET", "/topics");
    const auto object = parse_object(reply.body);
    if (reply.status != 200 || !object) refuse("GET /topics", reply, "200 and {\"topic\":sequence,…}");
    std::vector<std::uint64_t> heads;
    heads.reserve(topics.size());
    for (const std::string& topic : topics)
        heads.push_back(static_cast<std::uint64_t>(whole_number(*object, topic).value_or(0)));
    return heads;
}

std::map<std::string, double> AdminClient::metrics() const {
    const HttpAnswer reply = call("GET", "/metrics");
    return reply.status == 200 ? parse_metrics(reply.body) : std::map<std::string, double>{};
}

std::map<std::string, double> parse_metrics(std::string_view text) {
    std::map<std::string, double> values;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        const std::string line{text.substr(0, end)};
        text.remove_prefix(std::min(end + 1, text.size()));
        const auto name_end = line.find_first_of("{ ");
        const auto labels_end = line.rfind('}');
        const auto value_at = line.find(' ', labels_end == std::string::npos ? name_end : labels_end);
        if (line.starts_with('#') || name_end == std::string::npos || value_at == std::string::npos) continue;
        values[line.substr(0, name_end)] += std::strtod(line.c_str() + value_at, nullptr);
    }
    return values;
}

}  // namespace pushbench::loadgen
