#include "loadgen/wire/target.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "wire/failures.hpp"

namespace pushbench::loadgen {
namespace {

TEST(Address, EachOfANameOnce) {
    const auto all = resolve_all("localhost", 8080);
    std::set<std::string> texts;
    for (const Address& address : all) {
        texts.insert(address.text);
        EXPECT_EQ(port_of(address), 8080);
        EXPECT_TRUE(address.text == "127.0.0.1:8080" || address.text == "[::1]:8080") << address.text;
    }
    EXPECT_EQ(texts.size(), all.size());
    EXPECT_TRUE(texts.contains("127.0.0.1:8080"));
}

TEST(Address, OfNumbers) {
    EXPECT_EQ(resolve_all("127.0.0.3", 1).at(0).text, "127.0.0.3:1");
    EXPECT_TRUE(is_loopback_v4(resolve_all("127.0.0.3", 1).at(0)));
    EXPECT_EQ(resolve_all("::1", 65535).at(0).text, "[::1]:65535");
    EXPECT_FALSE(is_loopback_v4(resolve_all("::1", 1).at(0)));
    EXPECT_EQ(resolve("127.0.0.1:8080", "--target").text, "127.0.0.1:8080");
}

TEST(Address, WhereThereIsNone) {
    const std::string none = failure_of([] { (void)resolve_all("no.such.host.invalid", 80); });
    EXPECT_TRUE(none.starts_with("'no.such.host.invalid': no such host: ")) << none;
    EXPECT_EQ(failure_of([] { (void)resolve("localhost", "--admin"); }),
              "--admin 'localhost' is not HOST:PORT, for example 127.0.0.1:8080, nor a URL such as "
              "https://example.org/room");
    EXPECT_EQ(failure_of([] { (void)resolve("http://h:1", "--admin"); }),
              "--admin 'http://h:1' is not HOST:PORT, for example 127.0.0.1:8080");
}

TEST(Target, ARedirectLeadsToOtherAddresses) {
    const Target target = make_target(parse_url("http://127.0.0.1:8080/a"));
    EXPECT_EQ(target.tls, nullptr);
    EXPECT_EQ(target.authority, "127.0.0.1:8080");
    const Target near = target.redirected("b");
    EXPECT_EQ(near.url.text(), "http://127.0.0.1:8080/b");
    EXPECT_EQ(near.addresses.at(0).text, "127.0.0.1:8080");
    EXPECT_EQ(near.led, Target::Led::on_the_same_host);
    const Target far = target.redirected("https://127.0.0.2/c");
    EXPECT_EQ(far.addresses.at(0).text, "127.0.0.2:443");
    EXPECT_EQ(far.authority, "127.0.0.2");
    EXPECT_NE(far.tls, nullptr);
    EXPECT_EQ(far.led, Target::Led::elsewhere);
    EXPECT_EQ(far.redirected("/d").led, Target::Led::elsewhere) << "and from there it stays so";
    EXPECT_EQ(target.redirected("http://127.0.0.1:8081/").led, Target::Led::elsewhere)
        << "another port is another server";
}

}  // namespace
}  // namespace pushbench::loadgen
