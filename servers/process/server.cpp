#include "process/server.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <iostream>
#include <optional>
#include <stdexcept>

#include "admin/admin.hpp"
#include "admin/fault_injector.hpp"
#include "admin/metrics.hpp"
#include "http/client_publish.hpp"
#include "http/connection.hpp"
#include "net/listener.hpp"
#include "net/logging.hpp"
#include "process/process.hpp"
#include "process/token.hpp"
#include "process/worker_threads.hpp"
#include "source/choose.hpp"
#include "source/embedded.hpp"

namespace pushbench {
namespace {

namespace asio = boost::asio;

/// How long subscribers have to take their goodbye. The process ends by then, whatever they do.
constexpr auto kGoodbye = std::chrono::milliseconds{2500};

std::vector<Encoder> encoders_of(const Program& program) {
    std::vector<Encoder> encoders;
    for (const Transport& transport : program.transports) encoders.push_back(transport.encode);
    return encoders;
}

class Server final : ClientPublisher, AdminTarget {
 public:
    Server(const ServerOptions& options, const Program& program)
        : options_(options),
          program_(program),
          encode_(encoders_of(program)),
          encoders_{encode_, &epoch_},
          workers_(make_workers()),
          broker_(encoders_, replicas()),
          source_(make_source()),
          forget_(first().io),
          admin_(first().io, *this, options, read_token(options.admin_token_file)),
          signals_(first().io),
          goodbye_(first().io) {
        for (const Transport& transport : program.transports)
            service_.routes.insert(service_.routes.end(), transport.routes.begin(), transport.routes.end());
        if (options.allow_publish)
            service_.routes.push_back(client_publish_route(options.limits.message_bytes));
        service_.guard.hosts = options.allow_host;
        service_.cors_origins = options.allow_origin;
        if (options.faults.any()) faults_.emplace(first().io, options.faults, *embedded_);
        for (const auto& worker : workers_) service_workers_.push_back(worker.get());
    }

    void run() {
        // Before anybody is told that this serves: it may not get its threads.
        WorkerThreads threads{workers_, options_};
        signals_.on_first([this] { shut_down(); });
        source_->start({[this](const Epoch& life) { epoch_ = life; }, [this] { serve(); },
                        [this](std::string why) { fail(std::move(why)); },
                        [this](const std::string& line) { say(LogLevel::info, line); }});
        threads.run_first();
        if (!failure_.empty()) throw std::runtime_error(failure_);
    }

 private:
    Worker& first() { return *workers_.front(); }

    std::vector<std::unique_ptr<Worker>> make_workers() {
        std::vector<std::unique_ptr<Worker>> workers;
        ClientPublisher& client_publisher = *this;
        for (unsigned i = 0; i < options_.threads; ++i)
            workers.push_back(std::make_unique<Worker>(options_, epoch_, client_publisher));
        return workers;
    }
    std::unique_ptr<Source> make_source() {
        if (!options_.source.url.empty())
            return make_shared_source(
                first().io, broker_,
                {options_.source, read_token(options_.source.token_file, "--source-token-file"),
                 options_.history, options_.max_topics, options_.topic_ttl_ns});
        auto embedded = std::make_unique<EmbeddedSource>(
            broker_, TopicLimits{options_.max_topics, options_.topic_ttl_ns}, now_ns);
        embedded_ = embedded.get();
        return embedded;
    }
    void say(LogLevel level, const std::string& line) const {
        log(options_, level, std::string{program_.name} + "_server: " + line);
    }
    std::vector<Replica*> replicas() {
        std::vector<Replica*> replicas;
        for (const auto& worker : workers_) replicas.push_back(worker.get());
        return replicas;
    }

    /// The source has handed on all that there was. Ports open no sooner: who connects would be told of gaps
    /// that are none.
    void serve() {
        const std::size_t max_connections = most_connections();
        const Port port = options_.reuse_port ? Port::shared : Port::own;
        listener_.emplace(listen_on(first().io, options_.listen, port), service_workers_,
                          Admission{max_connections}, admit_http(service_));
        admin_listener_.emplace(listen_on(first().io, options_.admin), std::vector<Worker*>{&first()},
                                Admission{.counted = false}, admit_http(admin_.service()));
        listener_->start();
        admin_listener_->start();
        forget_topics();
        announce(listener_->endpoint(), admin_listener_->endpoint());
        say(LogLevel::debug, "serving up to " + std::to_string(max_connections) + " subscribers on " +
                                 std::to_string(options_.threads) + " thread(s)");
    }

    std::size_t most_connections() const {
        const std::size_t fit = raise_file_limit();
        if (options_.max_connections == 0) return fit;
        if (options_.max_connections > fit)
            say(LogLevel::info, "--max-connections " + std::to_string(options_.max_connections) +
                                    " is more than the limit on open files allows; serving " +
                                    std::to_string(fit));
        return std::min(options_.max_connections, fit);
    }

    /// The source cannot go on: the process ends with that line.
    void fail(std::string why) {
        if (failure_.empty()) failure_ = std::move(why);
        shut_down();
    }

    /// Says goodbye to everyone, then stops the reactors as soon as all are gone, or when the time is up.
    void shut_down() {
        if (listener_) listener_->stop();
        if (admin_listener_) admin_listener_->stop();
        admin_.stop_schedule();
        source_->stop();
        for (const auto& worker : workers_) {
            asio::post(worker->io, [&worker = *worker] {
                worker.for_each_session([](Session& session) { session.shut_down(); });
            });
        }
        deadline_ = std::chrono::steady_clock::now() + kGoodbye;
        await_goodbyes();
    }

    void await_goodbyes() {
        std::size_t open = 0;
        for (const auto& worker : workers_) open += worker->counters.connections.get();
        if (open == 0 || std::chrono::steady_clock::now() >= deadline_) {
            for (const auto& worker : workers_) worker->io.stop();
            return;
        }
        goodbye_.expires_after(std::chrono::milliseconds{10});
        goodbye_.async_wait([this](const boost::system::error_code& error) {
            if (!error) await_goodbyes();
        });
    }

    /// Often enough that no topic outlives its time by half.
    void forget_topics() {
        if (options_.topic_ttl_ns == 0) return;
        forget_.expires_after(std::chrono::nanoseconds{options_.topic_ttl_ns / 2 + 1});
        forget_.async_wait([this](const boost::system::error_code& error) {
            if (error) return;
            source_->forget_unpublished();
            forget_topics();
        });
    }

    // ClientPublisher. On any worker's thread.
    void publish_from_client(std::string topic, std::string payload) override {
        asio::post(first().io, [this, topic = std::move(topic), payload = std::move(payload)] {
            const std::int64_t now = now_ns();
            sink().publish(topic, payload, now, now, {});
        });
    }

    // AdminTarget.
    Sink& sink() override {
        if (faults_) return *faults_;
        return *source_;
    }
    std::size_t max_topics() const override { return options_.max_topics; }
    std::string metrics() const override {
        std::string text = metrics_text(program_.name, workers_);
        text += source_metrics_text(program_.name, source_->metrics());
        if (faults_) text += fault_metrics_text(program_.name, faults_->faults().counts());
        return text;
    }
    std::string why_unwell() const override { return source_->why_unwell(); }
    std::int64_t longest_wait_ns() const override { return options_.source.wait_ns; }
    std::map<std::string, std::uint64_t> heads() const override {
        return faults_ ? faults_->faults().numbers() : source_->heads();
    }

    const ServerOptions& options_;
    const Program& program_;
    HttpService service_;
    Epoch epoch_ = Epoch::draw();  // until the source has told its own
    const std::vector<Encoder> encode_;
    const Encoders encoders_;
    std::vector<std::unique_ptr<Worker>> workers_;
    std::vector<Worker*> service_workers_;
    Broker broker_;
    EmbeddedSource* embedded_ = nullptr;  // the source, where it is that one
    std::unique_ptr<Source> source_;
    std::optional<FaultInjector> faults_;
    asio::steady_timer forget_;
    Admin admin_;
    StopSignals signals_;
    std::optional<Listener> listener_;
    std::optional<Listener> admin_listener_;
    std::string failure_;
    asio::steady_timer goodbye_;
    std::chrono::steady_clock::time_point deadline_;
};

}  // namespace

int run_server(const ServerOptions& options, const Program& program) {
    try {
        std::signal(SIGPIPE, SIG_IGN);
        pin_to_cpus(options.cpus);
        Server{options, program}.run();
        return 0;
    } catch (const std::exception& error) {
        std::cerr << program.name << "_server: " << error.what() << "\n";
        return 1;
    }
}

}  // namespace pushbench
