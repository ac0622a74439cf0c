#include "loadgen/wire/url.hpp"

#include <gtest/gtest.h>

namespace pushbench::loadgen {
namespace {

TEST(Url, PercentEncoding) {
    EXPECT_EQ(percent_encoded("a-B_9.~ /ü&"), "a-B_9.~%20%2F%C3%BC%26");
}

}  // namespace
}  // namespace pushbench::loadgen
