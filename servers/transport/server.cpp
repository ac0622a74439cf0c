#include "transport/server.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <iostream>
#include <optional>
#include <thread>

#include "transport/admin.hpp"
#include "transport/fault_injector.hpp"
#include "transport/listener.hpp"
#include "transport/log.hpp"
#include "transport/metrics.hpp"
#include "transport/process.hpp"

namespace pushbench {
namespace {

namespace asio = boost::asio;

/// How long subscribers have to take their goodbye. The process ends by then, whatever they do.
constexpr auto kGoodbye = std::chrono::milliseconds{2500};

class Server final : Sink, Outlet, Upstream, AdminTarget {
 public:
    Server(const ServerOptions& options, const Protocol& protocol)
        : options_(options),
          protocol_(protocol),
          shards_(make_shards()),
          admin_(first().io, *this),
          signals_(first().io),
          goodbye_(first().io) {
        service_.routes = protocol.routes;
        Outlet& outlet = *this;
        if (options.faults.any()) faults_.emplace(first().io, options.faults, outlet);
        for (const auto& shard : shards_) service_shards_.push_back(shard.get());
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
        Listener listener{listen_on(first().io, options_.listen, port), service_shards_, service_,
                          max_connections};
        Listener admin{listen_on(first().io, options_.admin), {&first()}, admin_.service(), SIZE_MAX / 2};
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
    Shard& first() { return *shards_.front(); }

    std::vector<std::unique_ptr<Shard>> make_shards() {
        std::vector<std::unique_ptr<Shard>> shards;
        Upstream& upstream = *this;
        for (unsigned i = 0; i < options_.threads; ++i)
            shards.push_back(std::make_unique<Shard>(options_, upstream));
        return shards;
    }

    void run_threads() {
        std::vector<std::thread> threads;
        using Work = asio::executor_work_guard<asio::io_context::executor_type>;
        for (const auto& shard : shards_) work_.push_back(std::make_unique<Work>(shard->io.get_executor()));
        for (std::size_t i = 1; i < shards_.size(); ++i)
            threads.emplace_back([this, i] {
                pin_thread(i);
                shards_[i]->io.run();
            });
        pin_thread(0);
        first().io.run();
        for (std::thread& thread : threads) thread.join();
    }

    /// With a CPU for each thread, each keeps to its own: what it holds stays in that CPU's caches.
    void pin_thread(std::size_t i) {
        if (shards_.size() > 1 && options_.cpus.size() == shards_.size()) pin_to_cpus({options_.cpus[i]});
    }

    /// Says goodbye to everyone, then stops the reactors as soon as all are gone, or when the time is up.
    void shut_down() {
        admin_.stop_schedule();
        for (const auto& shard : shards_) {
            asio::post(shard->io, [&shard = *shard] {
                shard.for_each_session([](Session& session) { session.shut_down(); });
            });
        }
        deadline_ = std::chrono::steady_clock::now() + kGoodbye;
        await_goodbyes();
    }

    void await_goodbyes() {
        std::size_t open = 0;
        for (const auto& shard : shards_) open += shard->counters.connections.get();
        if (open == 0 || std::chrono::steady_clock::now() >= deadline_) {
            for (const auto& shard : shards_) shard->io.stop();
            return;
        }
        goodbye_.expires_after(std::chrono::milliseconds{10});
        goodbye_.async_wait([this](const boost::system::error_code& error) {
            if (!error) await_goodbyes();
        });
    }

    // Sink. On the first shard's thread, whose log numbers the notifications.
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

    /// The other shards get the same entry.
    void append_everywhere(const Notification& notification, std::uint64_t position) {
        const auto entry = std::make_shared<const Entry>(Entry{position, protocol_.encode(notification)});
        for (std::size_t i = 1; i < shards_.size(); ++i) {
            Shard& shard = *shards_[i];
            asio::post(shard.io,
                       [&shard, topic = notification.topic, entry] { append(shard, topic, entry); });
        }
        append(first(), notification.topic, entry);
    }

    static void append(Shard& shard, std::string_view topic, EntryPtr entry) {
        shard.counters.notifications.add(1);
        shard.hub.append(topic, std::move(entry));
    }

    // Upstream. On any shard's thread.
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
        std::string text = metrics_text(protocol_.name, shards_);
        if (faults_) text += fault_metrics_text(protocol_.name, faults_->faults().counts());
        return text;
    }
    std::map<std::string, std::uint64_t> heads() const override {
        return faults_ ? faults_->faults().numbers() : shards_.front()->hub.heads();
    }

    const ServerOptions& options_;
    const Protocol& protocol_;
    HttpService service_;
    std::vector<std::unique_ptr<Shard>> shards_;
    std::vector<Shard*> service_shards_;
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
