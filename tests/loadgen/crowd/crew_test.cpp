#include "loadgen/crowd/crew.hpp"

#include <gtest/gtest.h>

#include "loadgen/transport/table.hpp"

namespace pushbench::loadgen {
namespace {

CrowdSettings nobody() {
    CrowdSettings settings;
    settings.transport = find_transport(transports(), "sse");
    settings.topics = {"default"};
    settings.connections = settings.workers = 0;
    return settings;
}

TEST(Crew, OfNobodyExpectsNothingAndLosesNothing) {
    Crew crew{nobody()};
    crew.start(0);
    EXPECT_EQ(crew.begin_counting({7}, nullptr), std::vector{unknown_head});
    EXPECT_EQ(crew.silent(crew.heard_topics()), 0);
    EXPECT_EQ(crew.ready(), 0);
    EXPECT_EQ(crew.expected({9}), 0);
    EXPECT_EQ(crew.lost({9}), 0);
    EXPECT_EQ(crew.behind({9}), 0);
    EXPECT_TRUE(crew.snapshot_at(Worker::WindowEnd::end, 0).thread_cpu_ns.empty());
    crew.say_goodbye();
    EXPECT_EQ(crew.still_open(), 0);
}

}  // namespace
}  // namespace pushbench::loadgen
