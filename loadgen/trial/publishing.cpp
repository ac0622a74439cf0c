#include "loadgen/trial/publishing.hpp"

#include "loadgen/publish/admin_publisher.hpp"
#include "loadgen/publish/http_courier.hpp"
#include "loadgen/publish/publish_link.hpp"
#include "loadgen/publish/url_publisher.hpp"
#include "loadgen/publish/websocket_courier.hpp"

namespace pushbench::loadgen {
namespace {

UrlPublisherSettings url_publisher_settings(const Settings& settings, const std::vector<std::string>& topics,
                                            Say say) {
    UrlPublisherSettings own;
    own.route = make_route(settings.publish, route_context(settings));
    own.topics = topics;
    own.connections = settings.publish.connections;
    if (!settings.tokens.empty()) own.token = settings.tokens.front();
    // Where the readers leave one, it has a CPU of its own.
    if (settings.cpus.size() > settings.threads) own.cpu = settings.cpus[settings.threads];
    if (settings.publish.by_clients) {
        own.connections = settings.topics;  // client k follows topic k, as long as there are no fewer of them
        own.make_carrier = [say = std::move(say)](const Route& route, std::uint32_t number,
                                                  LetterBook& book) -> std::unique_ptr<Carrier> {
            return std::make_unique<ClientCarrier>(route, number, say, book);
        };
        return own;
    }
    own.make_carrier = [topics, token = own.token](const Route& route, std::uint32_t number,
                                                   LetterBook& book) -> std::unique_ptr<Carrier> {
        std::unique_ptr<Courier> courier;
        if (route.by_websocket())
            courier =
                std::make_unique<WebSocketCourier>(route, number, topics[number % topics.size()], token);
        else
            courier = std::make_unique<HttpCourier>(route);
        return std::make_unique<PublishLink>(route, std::move(courier), book);
    };
    return own;
}

}  // namespace

RouteContext route_context(const Settings& settings) {
    RouteContext context;
    context.target = settings.target;
    if (settings.dialect_publish) context.dialect = &*settings.dialect_publish;
    if (settings.transport->name == "websocket") context.websocket = &settings.speech;
    context.tls = settings.tls;
    return context;
}

std::unique_ptr<Publisher> make_publisher(const Settings& settings, const std::vector<std::string>& topics,
                                          const AdminClient* admin, Say say) {
    if (publishes_by_url(settings))
        return std::make_unique<UrlPublisher>(url_publisher_settings(settings, topics, std::move(say)));
    if (admin == nullptr) return nullptr;
    return std::make_unique<AdminPublisher>(*admin);
}

ScheduleOrder schedule_order(const Settings& settings, std::int64_t count) {
    ScheduleOrder order;
    order.rate_per_s = settings.rate_per_s;
    order.payload_bytes = settings.payload_bytes;
    order.arrival = settings.arrival;
    order.seed = settings.seed;
    order.topics = settings.topics;
    order.topic = settings.topic;
    order.count = static_cast<std::uint64_t>(count);
    return order;
}

}  // namespace pushbench::loadgen
