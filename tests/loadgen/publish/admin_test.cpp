#include "loadgen/publish/admin.hpp"

#include <gmock/gmock.h>

#include "fake_peer.hpp"
#include "loadgen/wire/failure.hpp"

namespace pushbench::loadgen {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string reply(const std::string& status, const std::string& body) {
    return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

TEST(AdminClient, OrdersASchedule) {
    std::string request;
    {
        FakePeer peer{[&](PeerConnection& connection, int) {
            request = connection.read_until("}");
            connection.write(reply("202 Accepted", "{}"));
        }};
        ScheduleOrder order;
        order.rate_per_s = 50;
        order.count = 100;
        AdminClient{peer.address()}.start(order);
    }
    EXPECT_THAT(request, HasSubstr("POST /schedule HTTP/1.1\r\n"));
    EXPECT_THAT(request, HasSubstr("\"count\":100"));
}

TEST(AdminClient, ShowsItsTokenWithEachRequest) {
    std::string request;
    FakePeer peer{[&](PeerConnection& connection, int) {
        request = connection.read_until("\r\n\r\n");
        connection.write(reply("200 OK", "{}"));
    }};
    (void)AdminClient{peer.address(), "secret"}.heads({});
    EXPECT_THAT(request, HasSubstr("\r\nAuthorization: Bearer secret\r\n"));
    (void)AdminClient{peer.address()}.heads({});
    EXPECT_THAT(request, testing::Not(HasSubstr("Authorization")));
}

TEST(AdminClient, ReadsScheduleTopicsAndMetrics) {
    FakePeer peer{[](PeerConnection& connection, int) {
        const std::string request = connection.read_until("\r\n\r\n");
        if (request.starts_with("GET /schedule"))
            connection.write(reply("200 OK", R"({"running":true,"published":7,"count":9,"due_first_ns":5})"));
        else if (request.starts_with("GET /topics"))
            connection.write(reply("200 OK", R"({"b":2,"a":3})"));
        else
            connection.write(reply(
                "200 OK", "# HELP x y\nx_total{transport=\"s e\",t=\"1\"} 3\nx_total{t=\"2\"} 4\ny 1e3\n"));
    }};
    const AdminClient admin{peer.address()};
    const ScheduleState state = admin.schedule();
    EXPECT_TRUE(state.running);
    EXPECT_EQ(state.published, 7);
    EXPECT_EQ(state.due_first_ns, 5);
    EXPECT_FALSE(state.due_last_ns);
    EXPECT_THAT(admin.heads({"a", "b", "c"}), ElementsAre(3, 2, 0));
    auto metrics = admin.metrics();
    EXPECT_EQ(metrics["x_total"], 7);
    EXPECT_EQ(metrics["y"], 1000);
}

std::string failure_of(const std::function<void()>& action) {
    try {
        action();
    } catch (const Failure& failure) {
        return failure.what();
    }
    return "no failure";
}

TEST(AdminClient, SaysInOneLineWhatIsWrong) {
    Address gone;
    {
        const std::vector<std::string> answers = {reply("404 Not Found", "no such page\n"), "SSH-2.0\r\n",
                                                  ""};
        FakePeer peer{[answers](PeerConnection& connection, int number) {
            connection.read_until("\r\n\r\n");
            connection.write(answers.at(static_cast<std::size_t>(number)));
        }};
        const AdminClient admin{peer.address()};
        gone = peer.address();
        const auto failure = [&] { return failure_of([&] { (void)admin.schedule(); }); };
        EXPECT_THAT(failure(), HasSubstr("GET /schedule with 404 Not Found 'no such page '"));
        EXPECT_THAT(failure(), HasSubstr("not HTTP"));
        EXPECT_THAT(failure(), HasSubstr("closed before it answered"));
    }
    EXPECT_THAT(failure_of([&] { (void)AdminClient{gone}.schedule(); }), HasSubstr("Connection refused"));
}

}  // namespace
}  // namespace pushbench::loadgen
