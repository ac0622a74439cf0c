#pragma once

#include <memory>
#include <string>
#include <utility>

#include "net/worker.hpp"
#include "servers/life.hpp"

namespace pushbench {

struct NoClientPublisher final : ClientPublisher {
    void publish_from_client(std::string, std::string) override {}
};

/// A worker whose reactor runs when a test says so.
struct OneWorker {
    explicit OneWorker(const SocketCalls& calls = kKernelCalls)
        : worker(options, kLife, client_publisher, calls) {}

    /// All that is ready, until nothing is.
    void run() {
        worker.io.restart();
        worker.io.poll();
    }
    /// An entry that has its bytes already, and all that it leads to.
    void publish(std::string frame, const std::string& topic = "t") {
        worker.hub.append(topic, std::make_shared<const Entry>(worker.hub.head(topic) + 1, std::move(frame)));
        run();
    }

    ServerOptions options;
    NoClientPublisher client_publisher;
    Worker worker;
};

}  // namespace pushbench
