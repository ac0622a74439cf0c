// Many subscribers that come, go and resume while a schedule runs on two threads. What each of them has seen
// in the end, over all its connections, must be whole.
#include <algorithm>
#include <atomic>
#include <thread>

#include "servers/contract/fixture.hpp"

namespace pushbench::contract {
namespace {

constexpr std::uint64_t kCount = 1500;

class Stress : public TransportTest {
 protected:
    /// Follows from the start to the end, leaving and resuming every so often. Empty if all is well.
    std::string follow(unsigned number) {
        std::uint64_t seq = 0;
        std::string cursor = "0";
        while (seq < kCount) {
            const auto subscriber = subscribe({{}, cursor});
            const std::uint64_t stay = 40 + number * 7;
            for (std::uint64_t i = 0; i < stay && seq < kCount; ++i) {
                const Event event = subscriber->next();
                if (event.kind != Event::Kind::notification || event.seq != seq + 1)
                    return "after " + std::to_string(seq) + " came " + std::to_string(event.seq);
                cursor = std::to_string(seq = event.seq);
            }
            if (number % 2 == 0) subscriber->vanish();
        }
        return {};
    }
};

TEST_P(Stress, SubscribersThatComeAndGoMissNothing) {
    start({"--threads", "2", "--history", "2000"});
    ASSERT_EQ(admin("POST", "/schedule", R"({"rate":3000,"payload_bytes":200,"count":1500})").status, 202U);
    std::vector<std::string> problems(8);
    std::vector<std::thread> threads;
    threads.reserve(problems.size());
    for (unsigned i = 0; i < problems.size(); ++i)
        threads.emplace_back([this, i, &problem = problems[i]] {
            try {
                problem = follow(i);
            } catch (const std::exception& error) {
                problem = error.what();
            }
        });
    for (std::thread& thread : threads) thread.join();
    for (const std::string& problem : problems) EXPECT_EQ(problem, "");
    EXPECT_TRUE(metric_reaches("pushbench_connections", 0));
    EXPECT_EQ(metric("pushbench_gaps_total"), 0U);
    expect_graceful_end();
}

INSTANTIATE_TEST_SUITE_P(Transports, Stress, ::testing::ValuesIn(variants()), variant_name);

}  // namespace
}  // namespace pushbench::contract
