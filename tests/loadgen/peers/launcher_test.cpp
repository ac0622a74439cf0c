// What launchers say in the environment, and which clients a rank has.
#include "loadgen/peers/launcher.hpp"

#include <gtest/gtest.h>

#include <map>

#include "loadgen/peers/peers.hpp"

namespace pushbench::loadgen {
namespace {

std::optional<Launched> launched_by(const std::map<std::string, std::string>& environment) {
    return launched([&](const char* name) -> const char* {
        const auto found = environment.find(name);
        return found == environment.end() ? nullptr : found->second.c_str();
    });
}

TEST(Launcher, IsNoneWithoutItsVariables) {
    EXPECT_FALSE(launched_by({}));
    EXPECT_FALSE(launched_by({{"OMPI_COMM_WORLD_SIZE", "4"}}));
    EXPECT_FALSE(launched_by({{"OMPI_COMM_WORLD_RANK", "one"}, {"OMPI_COMM_WORLD_SIZE", "4"}}));
}

TEST(Launcher, OfOneProcessIsNone) {
    EXPECT_FALSE(launched_by({{"OMPI_COMM_WORLD_RANK", "0"}, {"OMPI_COMM_WORLD_SIZE", "1"}}));
}

TEST(Launcher, IsKnownByItsVariables) {
    EXPECT_EQ(launched_by({{"OMPI_COMM_WORLD_RANK", "3"}, {"OMPI_COMM_WORLD_SIZE", "4"}}), (Launched{3, 4}));
    EXPECT_EQ(launched_by({{"PMI_RANK", "0"}, {"PMI_SIZE", "2"}}), (Launched{0, 2}));
    EXPECT_EQ(launched_by({{"PMIX_RANK", "1"}}), (Launched{1, std::nullopt}));
    EXPECT_EQ(launched_by({{"PMIX_RANK", "1"}, {"SLURM_NTASKS", "8"}}), (Launched{1, 8}));
}

TEST(Shares, AreEvenAndTheFirstHaveTheRemainder) {
    EXPECT_EQ(share_of(10, 0, 4), 3U);
    EXPECT_EQ(share_of(10, 1, 4), 3U);
    EXPECT_EQ(share_of(10, 2, 4), 2U);
    EXPECT_EQ(share_of(10, 3, 4), 2U);
    for (std::uint32_t ranks = 1; ranks != 9; ++ranks)
        for (std::uint32_t clients = ranks; clients != 40; ++clients) {
            std::uint32_t sum = 0;
            for (std::uint32_t rank = 0; rank != ranks; ++rank) sum += share_of(clients, rank, ranks);
            EXPECT_EQ(sum, clients);
        }
}

}  // namespace
}  // namespace pushbench::loadgen
