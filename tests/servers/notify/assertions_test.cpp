// The builds that look for mistakes assert, and the one that is measured does not. The compiler says which it
// is, so this does not believe the build's own files.
#include <gtest/gtest.h>

#include <vector>

#include "notify/log.hpp"

namespace pushbench {
namespace {

// An entry that is not the next, which Log::append() asserts.
void append_with_a_hole(Log& log) {
    log.append(std::make_shared<const Entry>(5, "five"));
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)

// Of the standard library, which would read memory that is nobody's.
std::size_t front_of_nothing() {
    const std::vector<std::size_t> nothing;
    return nothing.front();
}

TEST(AssertionsDeathTest, EndASanitizedBuild) {
    Log log{{4}};
    EXPECT_DEATH(append_with_a_hole(log), "seq\\(\\) == head_ \\+ 1");
    // The library's own words: the sanitizer alone would say something else.
    EXPECT_DEATH(front_of_nothing(), "[Aa]ssertion.*empty\\(\\)");
}

#elif defined(__OPTIMIZE__)

TEST(Assertions, CostTheMeasuredBuildNothing) {
    Log log{{4}};
    append_with_a_hole(log);
    EXPECT_EQ(log.head(), 1U) << "counts by itself, since nothing asserts";
#ifdef _GLIBCXX_ASSERTIONS
    ADD_FAILURE() << "_GLIBCXX_ASSERTIONS is defined";
#endif
}

#endif

}  // namespace
}  // namespace pushbench
