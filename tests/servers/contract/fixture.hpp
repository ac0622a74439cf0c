#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "servers/contract/process.hpp"
#include "servers/contract/subscriber.hpp"

namespace pushbench::contract {

/// One way to get notifications. A new transport adds a row to variants() in fixture.cpp.
struct Variant {
    std::string name;    ///< as in the test's name
    std::string server;  ///< path of the binary
    std::string path;    ///< where subscribers go
    std::vector<std::string> arguments;
    bool stream = false;  ///< the server writes when it likes
    std::unique_ptr<Subscriber> (*subscribe)(std::uint16_t port, const Following& following);
};
void PrintTo(const Variant& variant, std::ostream* out);
const std::vector<Variant>& variants();
/// One for each server, where how it is polled or framed makes no difference.
std::vector<Variant> servers();
const Variant& variant(const std::string& name);

/// A server of its own for each test.
class ServerTest : public ::testing::Test {
 protected:
    void start(const Variant& variant, const std::vector<std::string>& more = {});
    ServerProcess& server() { return *server_; }
    const Variant& current() const { return variant_; }

    std::unique_ptr<Subscriber> subscribe(const Following& following = {});
    /// Publishes and gives the sequence. Fails the test when refused.
    std::uint64_t publish(const std::string& payload, const std::string& topic = "default");
    void publish_many(int count, const std::string& topic = "default");
    Answer admin(std::string_view method, std::string_view target, std::string_view body = {});
    Answer ask(std::string_view target, const Headers& headers = {});
    /// Of a metric that is counted by reason: which one.
    std::uint64_t metric(const std::string& name, const std::string& reason = {});
    bool metric_reaches(const std::string& name, std::uint64_t value, const std::string& reason = {});
    /// SIGTERM, and the exit code that must be 0.
    void expect_graceful_end();

 private:
    Variant variant_;
    std::unique_ptr<ServerProcess> server_;
    std::unique_ptr<HttpClient> admin_client_;
};

/// The body of an answer that refuses.
void expect_one_line(const Answer& answer);

/// The contract every transport must keep.
class TransportTest : public ServerTest, public ::testing::WithParamInterface<Variant> {
 protected:
    void start(const std::vector<std::string>& more = {}) { ServerTest::start(GetParam(), more); }
};

inline std::string variant_name(const ::testing::TestParamInfo<Variant>& info) {
    return info.param.name;
}

}  // namespace pushbench::contract
