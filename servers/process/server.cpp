#include "process/server.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <iostream>
#include <optional>
#include <thread>

#include "admin/admin.hpp"
#include "admin/fault_injector.hpp"
#include "admin/metrics.hpp"
#include "net/listener.hpp"
#include "net/logging.hpp"
#include "process/process.hpp"

namespace pushbench {
namespace {

namespace asio = boost::asio;

/// How long subscribers have to take their goodbye. The process ends by then, whatever they do.
constexpr auto kGoodbye = std::chrono::milliseconds{2500};

class Server final : Sink, Outlet, ClientPublisher, AdminTarget {
 public:
    Server(const ServerOptions& options, const Protocol& protocol)
        : options_(options),
          protocol_(protocol),
          workers_(make_workers()),
          admin_(first().io, *this),
          signals_(first().io),
          goodbye_(first().io) {
        service_.routes = protocol.routes;
        service_.state = protocol.state;
        Outlet& outlet = *this;
        if (options.faults.any()) faults_.emplace(first().io, options.faults, outlet);
        for (const auto& worker : workers_) service_workers_.push_back(worker.get());
    }

    void run() {
        const std::size_t fit = raise_file_limit();
        std::size_t max_connections = options_.max_connections == 0 ? fit : options_.max_connections;
        if (max_connections > fit) {
            log(options_, LogLevel::info,
                std::string{protocol_.name} + "_server: --max-connections " +
                    std::to_string(max_connections) +
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
        listener.start();
        admin.start();
        signals_.on_first([&] {
            listener.stop();
            admin.stop();
            shut_down();
        });
        announce(listener.endpoint(), admin.endpoint());
        log(options_, LogLevel::debug,
            std::string{protocol_.name} + "_server: serving up to " + std::to_string(max_connections) +
                " subscribers on " + std::to_string(options_.threads) + " thread(s)");
        run_threads();
    }

 private:
    Worker& first() { return *workers_.front(); }

    std::vector<std::unique_ptr<Worker>> make_workers() {
        std::vector<std::unique_ptr<Worker>> workers;
        ClientPublisher& client_publisher = *this;
        for (unsigned i = 0; i < options_.threads; ++i)
            workers.push_back(std::make_unique<Worker>(options_, client_publisher));
        return workers;
    }

    void run_threads() {
        std::vector<std::thread> threads;
        using Work = asio::executor_work_guard<asio::io_context::executor_type>;
        for (const auto& worker : workers_)
            work_.push_back(std::make_unique<Work>(worker->io.get_executor()));
        for (std::size_t i = 1; i < workers_.size(); ++i)
            threads.emplace_back([this, i] {
                pin_thread(i);
                workers_[i]->io.run();
            });
        pin_thread(0);
        first().io.run();
        for (std::thread& thread : threads) thread.join();
    }

    /// With a CPU for each thread, each keeps to its own: what it holds stays in that CPU's caches.
    void pin_thread(std::size_t i) {
        if (workers_.size() > 1 && options_.cpus.size() == workers_.size()) pin_to_cpus({options_.cpus[i]});
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

    // Sink. On the first worker's thread, whose log numbers the notifications.
    std::uint64_t publish(std::string_view topic, std::string_view payload, std::int64_t due_ns,
                          std::int64_t sent_ns) override {
        const std::uint64_t seq = first().hub.head(topic) + 1;
        append_everywhere({seq, std::string{topic}, due_ns, sent_ns, std::string{payload}}, seq);
        return seq;
    }

    // Outlet, with faults on. The log counts what reaches it, not the numbers handed out.
    void put(const Notification& notification) override {
        append_everywhere(notification, first().hub.head(notification.topic) + 1);
    }

    /// The other workers get the same entry.
    void append_everywhere(const Notification& notification, std::uint64_t position) {
        const auto entry = std::make_shared<const Entry>(Entry{position, protocol_.encode(notification)});
        for (std::size_t i = 1; i < workers_.size(); ++i) {
            Worker& worker = *workers_[i];
            asio::post(worker.io,
                       [&worker, topic = notification.topic, entry] { append(worker, topic, entry); });
        }
        append(first(), notification.topic, entry);
    }

    static void append(Worker& worker, std::string_view topic, EntryPtr entry) {
        worker.counters.notifications.add(1);
        worker.hub.append(topic, std::move(entry));
    }

    // ClientPublisher. On any worker's thread.
    void publish_from_client(std::string topic, std::string payload) override {
        asio::post(first().io, [this, topic = std::move(topic), payload = std::move(payload)] {
            const std::int64_t now = now_ns();
            sink().publish(topic, payload, now, now);
        });
    }

    // AdminTarget.
    Sink& sink() override {
        if (faults_) return *faults_;
        return *this;
    }
    std::string metrics() const override {
        std::string text = metrics_text(protocol_.name, workers_);
        if (faults_) text += fault_metrics_text(protocol_.name, faults_->faults().counts());
        return text;
    }
    std::map<std::string, std::uint64_t> heads() const override {
        return faults_ ? faults_->faults().numbers() : workers_.front()->hub.heads();
    }

    const ServerOptions& options_;
    const Protocol& protocol_;
    HttpService service_;
    std::vector<std::unique_ptr<Worker>> workers_;
    std::vector<Worker*> service_workers_;
    std::vector<std::unique_ptr<asio::executor_work_guard<asio::io_context::executor_type>>> work_;
    std::optional<FaultInjector> faults_;
    Admin admin_;
    StopSignals signals_;
    asio::steady_timer goodbye_;
    std::chrono::steady_clock::time_point deadline_;
};

}  // namespace

int run_server(const ServerOptions& options, const Protocol& protocol) {
    try {
        std::signal(SIGPIPE, SIG_IGN);
        pin_to_cpus(options.cpus);
        Server{options, protocol}.run();
        return 0;
    } catch (const std::exception& error) {
        std::cerr << protocol.name << "_server: " << error.what() << "\n";
        return 1;
    }
}

}  // namespace pushbench
