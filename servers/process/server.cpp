#include "process/server.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <iostream>
#include <optional>

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
          broker_(encoders_, replicas(), {options.max_topics, options.topic_ttl_ns}, now_ns),
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
        if (options.faults.any()) faults_.emplace(first().io, options.faults, broker_);
        for (const auto& worker : workers_) service_workers_.push_back(worker.get());
    }

    void run() {
        const std::size_t fit = raise_file_limit();
        std::size_t max_connections = options_.max_connections == 0 ? fit : options_.max_connections;
        if (max_connections > fit) {
            log(options_, LogLevel::info,
                std::string{program_.name} + "_server: --max-connections " + std::to_string(max_connections) +
                    " is more than the limit on open files allows; serving " + std::to_string(fit));
            max_connections = fit;
        }
        const Port port = options_.reuse_port ? Port::shared : Port::own;
        Listener listener{listen_on(first().io, options_.listen, port), service_workers_,
                          Admission{max_connections}, admit_http(service_)};
        Listener admin{listen_on(first().io, options_.admin),
                       {&first()},
                       Admission{.counted = false},
                       admit_http(admin_.service())};
        // Before anybody is told that this serves: it may not get its threads.
        WorkerThreads threads{workers_, options_};
        listener.start();
        admin.start();
        signals_.on_first([&] {
            listener.stop();
            admin.stop();
            shut_down();
        });
        forget_topics();
        announce(listener.endpoint(), admin.endpoint());
        log(options_, LogLevel::debug,
            std::string{program_.name} + "_server: serving up to " + std::to_string(max_connections) +
                " subscribers on " + std::to_string(options_.threads) + " thread(s)");
        threads.run_first();
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
    std::vector<Replica*> replicas() {
        std::vector<Replica*> replicas;
        for (const auto& worker : workers_) replicas.push_back(worker.get());
        return replicas;
    }

    /// Says goodbye to everyone, then stops the reactors as soon as all are gone, or when the time is up.
    void shut_down() {
        admin_.stop_schedule();
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
            broker_.forget_unpublished();
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
        return broker_;
    }
    std::size_t max_topics() const override { return options_.max_topics; }
    std::string metrics() const override {
        std::string text = metrics_text(program_.name, workers_);
        if (faults_) text += fault_metrics_text(program_.name, faults_->faults().counts());
        return text;
    }
    std::map<std::string, std::uint64_t> heads() const override {
        return faults_ ? faults_->faults().numbers() : broker_.heads();
    }

    const ServerOptions& options_;
    const Program& program_;
    HttpService service_;
    const Epoch epoch_ = Epoch::draw();
    const std::vector<Encoder> encode_;
    const Encoders encoders_;
    std::vector<std::unique_ptr<Worker>> workers_;
    std::vector<Worker*> service_workers_;
    Broker broker_;
    std::optional<FaultInjector> faults_;
    asio::steady_timer forget_;
    Admin admin_;
    StopSignals signals_;
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
