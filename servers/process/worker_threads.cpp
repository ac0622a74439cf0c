#include "process/worker_threads.hpp"

#include <stdexcept>
#include <string>
#include <system_error>

#include "process/process.hpp"

namespace pushbench {

WorkerThreads::WorkerThreads(const Workers& workers, const ServerOptions& options)
    : workers_(workers), options_(options) {
    for (const auto& worker : workers_) work_.emplace_back(worker->io.get_executor());
    try {
        start();
    } catch (const std::system_error& error) {
        end();
        throw std::runtime_error(
            "cannot start thread " + std::to_string(threads_.size() + 2) + " of --threads " +
            std::to_string(workers_.size()) + ": " + error.code().message() +
            "; expected fewer, or a higher limit on tasks (ulimit -u) or memory (ulimit -v)");
    }
}

WorkerThreads::~WorkerThreads() {
    end();
}

void WorkerThreads::start() {
    threads_.reserve(workers_.size());
    for (std::size_t i = 1; i < workers_.size(); ++i)
        threads_.emplace_back([this, i] {
            pin(i);
            workers_[i]->io.run();
        });
}

void WorkerThreads::end() {
    for (const auto& worker : workers_) worker->io.stop();
    for (std::thread& thread : threads_)
        if (thread.joinable()) thread.join();
}

void WorkerThreads::run_first() {
    pin(0);
    workers_.front()->io.run();
}

/// With a CPU for each thread, each keeps to its own: what it holds stays in that CPU's caches.
void WorkerThreads::pin(std::size_t number) const {
    if (workers_.size() > 1 && options_.cpus.size() == workers_.size()) pin_to_cpus({options_.cpus[number]});
}

}  // namespace pushbench
