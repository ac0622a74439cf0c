#include "loadgen/crowd/heard.hpp"

#include <gtest/gtest.h>

namespace pushbench::loadgen {
namespace {

TEST(Heard, KeepsTheFirstExampleOfEachKind) {
    HearingSoFar heard;
    EXPECT_FALSE(heard.anything());
    heard.not_understood("first\n");
    heard.not_understood("second");
    heard.other("event: tick");
    EXPECT_EQ(heard.nothing_in(), 2);
    heard.understood();
    const Hearing all = heard.all();
    EXPECT_TRUE(all.understood);
    EXPECT_EQ(all.first_not_understood, "first.");
    EXPECT_EQ(all.other, 1);
    EXPECT_EQ(all.first_other, "event: tick");
}

TEST(Heard, OfSeveralWorkersIsTheSumWithAnExample) {
    Hearing all;
    all.add({false, 0, 2, "", "o"});
    all.add({true, 3, 1, "n", "p"});
    all.add({false, 4, 0, "m", ""});
    EXPECT_TRUE(all.understood);
    EXPECT_EQ(all.not_understood, 7);
    EXPECT_EQ(all.other, 3);
    EXPECT_EQ(all.first_not_understood, "n");
    EXPECT_EQ(all.first_other, "o");
}

}  // namespace
}  // namespace pushbench::loadgen
