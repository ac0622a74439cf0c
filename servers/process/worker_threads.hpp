#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <memory>
#include <thread>
#include <vector>

#include "net/worker.hpp"

namespace pushbench {

/// The threads of all workers but the first, which has the one that calls. They run from here on; when this
/// goes, the workers are stopped and the threads are over.
class WorkerThreads {
 public:
    using Workers = std::vector<std::unique_ptr<Worker>>;

    /// Throws std::runtime_error with one line where the system gives no more threads.
    WorkerThreads(const Workers& workers, const ServerOptions& options);
    ~WorkerThreads();
    WorkerThreads(const WorkerThreads&) = delete;
    WorkerThreads& operator=(const WorkerThreads&) = delete;

    /// Runs the first worker, until it is stopped.
    void run_first();

 private:
    void start();
    void end();
    void pin(std::size_t number) const;

    const Workers& workers_;
    const ServerOptions& options_;
    /// A worker to whom nobody is connected has nothing to do, and must not end for that.
    std::vector<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work_;
    std::vector<std::thread> threads_;
};

}  // namespace pushbench
