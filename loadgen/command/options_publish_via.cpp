#include "loadgen/command/option_groups.hpp"
#include "loadgen/command/option_readers.hpp"
#include "loadgen/trial/publishing.hpp"
#include "loadgen/wire/failure.hpp"

namespace pushbench::loadgen {

namespace {

/// What is looked for in the messages must have been published.
void check_message(MessageKind kind, const Route& route) {
    const std::string body = "--publish-body '" + route.body.text() + "'";
    if (kind == MessageKind::marker && !carries_marker(route))
        throw Failure("--message marker finds nothing: " + body +
                      " names no {marker}; name it, or take --message opaque");
    // With a server's own stamps our lateness would be left out, and its sequence says nothing of what we
    // sent.
    if (kind == MessageKind::json && !carries_json_stamps(route))
        throw Failure("--message json needs our own times: " + body +
                      " names not all of {seq} {due_ns} {sent_ns}; --message marker needs {marker} alone");
}

/// Said by hand, what nobody gives is a mistake; a dialect leaves it out.
void check_token(const Settings& settings) {
    const PublishVia& via = settings.publish;
    const auto check = [&](const char* option, const std::string& text) {
        if (settings.tokens.empty() &&
            Template{text, Template::Place::text, Template::of_publisher}.names("token"))
            throw Failure(std::string{option} + " '" + text + "' names {token}; give --tokens FILE too");
    };
    check("--publish", via.url);
    for (const std::string& header : via.headers) check("--publish-header", header);
    check("--publish-body", via.body.value_or(""));
}

/// What a connection cannot do is said here, and not found out as losses.
void check_by_clients(const CLI::App& app, const Settings& settings) {
    const auto wrong = [](const std::string& why) {
        throw CLI::ValidationError("--publish-by-clients", why);
    };
    if (settings.no_publish) wrong("and --no-publish contradict each other; give one of them");
    for (const char* option :
         {"--publish", "--publish-method", "--publish-header", "--publish-connections", "--publish-fresh"})
        if (app.count(option) != 0)
            wrong(std::string{"and "} + option + " contradict each other; give one of them");
    const Transport& transport = *settings.transport;
    if (!transport.both_ways)
        wrong("is not for --transport " + std::string{transport.name} +
              ": its clients can send nothing on the connection by which they are told; let them publish by "
              "requests beside it, with --publish http://HOST:PORT/PATH");
    if (settings.topics > settings.connections)
        wrong("needs a client for each topic: " + std::to_string(settings.topics) + " topics, " +
              std::to_string(settings.connections) + " --connections");
}

}  // namespace

void add_publish_via(CLI::App& app, Settings& settings) {
    PublishVia& via = settings.publish;
    app.add_option(
           "--publish", via.url,
           "publish through this address, by HTTP or, with ws:// or wss://, by a message; its path and "
           "query may name what the body may")
        ->type_name("URL");
    app.add_option("--publish-method", via.method,
                   "of the request that publishes; by itself the dialect's, or POST")
        ->type_name("NAME");
    app.add_option("--publish-header", via.headers,
                   "'Name: value' of that request; may be given several times")
        ->type_name("TEXT")
        ->allow_extra_args(false);
    app.add_option(
           "--publish-body", via.body,
           "what is published, with {marker} {payload} {topic} {token} {seq} {due_ns} {sent_ns} {bytes} "
           "in it; {topic|json} is fit for a JSON string. By itself the dialect's, or {marker}{payload}")
        ->type_name("TEXT");
    app.add_flag(
        "--publish-fresh", via.fresh,
        "a new connection for each notification, opened when it is due: what a client pays that keeps "
        "none open");
    app.add_flag("--publish-by-clients", via.by_clients,
                 "the clients publish, each for its own topic, by a message on the connection by which it is "
                 "told; of a WebSocket only");
    number_option(app, "--publish-connections", via.connections, 1, 1000,
                  "connections that publish; more than topics promise no order");
}

void check_publish_via(const CLI::App& app, const Settings& settings) {
    for (const char* option : {"--publish-method", "--publish-header", "--publish-body",
                               "--publish-connections", "--publish-fresh"})
        if (!publishes_by_url(settings) && app.count(option) != 0)
            throw CLI::ValidationError(option, "is of no use without --publish URL");
    if (settings.publish.by_clients) check_by_clients(app, settings);
    if (settings.no_publish && !settings.publish.url.empty())
        throw CLI::ValidationError("--no-publish", "and --publish contradict each other; give one of them");
    if (!publishes_by_url(settings)) return;
    try {
        check_message(settings.message, plan_route(settings.publish, route_context(settings)));
        check_token(settings);
    } catch (const Failure& failure) {
        throw CLI::ParseError(failure.what(), CLI::ExitCodes::ValidationError);
    }
}

}  // namespace pushbench::loadgen
