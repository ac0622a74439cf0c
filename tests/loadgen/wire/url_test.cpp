#include "loadgen/wire/url.hpp"
#include "loadgen/wire/percent.hpp"

#include <gtest/gtest.h>

#include "wire/failures.hpp"

namespace pushbench::loadgen {
namespace {

struct Whole {
    const char* text;
    const char* scheme;
    const char* host;
    int port;
    const char* path_and_query;
    const char* authority;
    const char* again;  ///< what text() makes of it; null: the same
};

const Whole wholes[] = {
    {"127.0.0.1:8080", "", "127.0.0.1", 8080, "", "127.0.0.1:8080", nullptr},
    {"localhost:80", "", "localhost", 80, "", "localhost", nullptr},
    {"[::1]:8080", "", "::1", 8080, "", "[::1]:8080", nullptr},
    {"http://example.org", "http", "example.org", 80, "", "example.org", nullptr},
    {"http://example.org:80", "http", "example.org", 80, "", "example.org", "http://example.org"},
    {"http://example.org:443/", "http", "example.org", 443, "/", "example.org:443", nullptr},
    {"https://example.org:/x", "https", "example.org", 443, "/x", "example.org", "https://example.org/x"},
    {"HTTPS://Example.ORG/Path", "https", "example.org", 443, "/Path", "example.org",
     "https://example.org/Path"},
    {"ws://[::1]:8080/ws", "ws", "::1", 8080, "/ws", "[::1]:8080", nullptr},
    {"wss://[2001:DB8::1]/ws", "wss", "2001:db8::1", 443, "/ws", "[2001:db8::1]", "wss://[2001:db8::1]/ws"},
    {"http://[fe80::1%lo]:81/", "http", "fe80::1%lo", 81, "/", "[fe80::1]:81", nullptr},
    {"http://h?topic=a", "http", "h", 80, "/?topic=a", "h", "http://h/?topic=a"},
    {"http://h/a/b?x=1&y=/../z", "http", "h", 80, "/a/b?x=1&y=/../z", "h", nullptr},
    {"http://h/a/./b/../c/..", "http", "h", 80, "/a/", "h", "http://h/a/"},
    {"http://h/../..", "http", "h", 80, "/", "h", "http://h/"},
    {"http://h//a//b", "http", "h", 80, "//a//b", "h", nullptr},
    {"http://h/a b?c=d e\"'", "http", "h", 80, "/a%20b?c=d%20e%22%27", "h", "http://h/a%20b?c=d%20e%22%27"},
    {"http://h/it's`<>", "http", "h", 80, "/it's%60%3C%3E", "h", "http://h/it's%60%3C%3E"},
    {"http://h/\xc3\xbc?\xc3\xbc", "http", "h", 80, "/%C3%BC?%C3%BC", "h", "http://h/%C3%BC?%C3%BC"},
    {"http://h\\a\\b?\\", "http", "h", 80, "/a/b?\\", "h", "http://h/a/b?\\"},
    {"http://h/%41%zz", "http", "h", 80, "/%41%zz", "h", nullptr},
    {"ws://h/{topic}?i={i}&[x]|^", "ws", "h", 80, "/{topic}?i={i}&[x]|^", "h", nullptr},
    {"http://under_score.example-1.org/", "http", "under_score.example-1.org", 80, "/",
     "under_score.example-1.org", nullptr},
};

TEST(Url, IsTakenApart) {
    for (const Whole& right : wholes) {
        const Url url = parse_url(right.text);
        EXPECT_EQ(url.scheme, right.scheme) << right.text;
        EXPECT_EQ(url.host, right.host) << right.text;
        EXPECT_EQ(url.port, right.port) << right.text;
        EXPECT_EQ(url.path_and_query, right.path_and_query) << right.text;
        EXPECT_EQ(url.authority(), right.authority) << right.text;
        EXPECT_EQ(url.text(), right.again == nullptr ? right.text : right.again);
        EXPECT_EQ(url.secure, url.scheme == "https" || url.scheme == "wss") << right.text;
        EXPECT_EQ(url.is_websocket(), url.scheme == "ws" || url.scheme == "wss") << right.text;
    }
}

TEST(Url, WhatIsNoneIsSaid) {
    const std::string short_form =
        "is not HOST:PORT, for example 127.0.0.1:8080, nor a URL such as https://example.org/room";
    const std::string no_host =
        "names no host that can be looked up; expected a name such as example.org or an address";
    const std::pair<const char*, std::string> wrongs[] = {
        {"", short_form},
        {"localhost", short_form},
        {":8080", short_form},
        {"h:80/path", short_form},
        {"mailto:a", "has no port from 1 to 65535"},
        {"h:0", "has no port from 1 to 65535"},
        {"h:", "has no port from 1 to 65535"},
        {"h:65536", "has no port from 1 to 65535"},
        {"h:+80", "has no port from 1 to 65535"},
        {"::1:8080", "is not HOST:PORT"},
        {"fe80::1:8080", "holds an IPv6 address without brackets; write [::1]:8080"},
        {"[::1]", "has no port from 1 to 65535"},
        {"[::1:8080", "lacks the ] of its IPv6 address"},
        {"http://[::1]x", "has something other than :PORT behind its ]"},
        {"http://[1.2.3.4]/", "holds no IPv6 address between its brackets"},
        {"ftp://h/", "is no URL of http, https, ws or wss"},
        {"://h/", "is no URL of http, https, ws or wss"},
        {"http://", no_host},
        {"http:///path", no_host},
        {"http://:80/", no_host},
        {"http://a b/", no_host},
        {"http://b\xc3\xbc"
         "cher.example/",
         no_host},
        {"http://me:secret@h/",
         "holds a user name, which is not sent; give --header 'Authorization: …' instead"},
        {"http://h/#top", "has a fragment (#…), which is never sent; leave it out, or write %23"},
        {"http://h:8o/", "has no port from 1 to 65535"},
        {"http://::1/", "holds an IPv6 address without brackets; write [::1]:8080"},
    };
    for (const auto& [text, why] : wrongs) {
        const std::string said = failure_of([text = text] { (void)parse_url(text); });
        EXPECT_TRUE(said.starts_with("'" + std::string{text} + "' " + why)) << said;
    }
    EXPECT_EQ(failure_of([] { (void)parse_url("http://h/a\r\nX: y"); }),
              "'http://h/a%0D%0AX:%20y' holds a control character");
}

TEST(Url, AReferenceIsFollowedFromItsBase) {
    struct Way {
        const char* base;
        const char* reference;
        const char* there;
    };
    const Way ways[] = {
        {"http://a/b/c/d?q", "g", "http://a/b/c/g"},
        {"http://a/b/c/d?q", "./g", "http://a/b/c/g"},
        {"http://a/b/c/d?q", "g/", "http://a/b/c/g/"},
        {"http://a/b/c/d?q", "/g", "http://a/g"},
        {"http://a/b/c/d?q", "//g", "http://g"},
        {"http://a/b/c/d?q", "?y", "http://a/b/c/d?y"},
        {"http://a/b/c/d?q", "g?y", "http://a/b/c/g?y"},
        {"http://a/b/c/d?q", "#s", "http://a/b/c/d?q"},
        {"http://a/b/c/d?q", "g#s", "http://a/b/c/g"},
        {"http://a/b/c/d?q", "", "http://a/b/c/d?q"},
        {"http://a/b/c/d?q", ".", "http://a/b/c/"},
        {"http://a/b/c/d?q", "../../g", "http://a/g"},
        {"http://a/b/c/d?q", "../../../g", "http://a/g"},
        {"http://a/b/c/d?q", "/a:b", "http://a/a:b"},
        {"http://a/b/c/d?q", "https://h:8443/x", "https://h:8443/x"},
        {"http://a", "g", "http://a/g"},
        {"http://a?q", "g", "http://a/g"},
        {"https://[::1]:8443/a", "/b", "https://[::1]:8443/b"},
        {"https://h/a", "//other/b", "https://other/b"},
        {"127.0.0.1:8080", "/events2", "http://127.0.0.1:8080/events2"},
    };
    for (const Way& way : ways)
        EXPECT_EQ(join_url(parse_url(way.base), way.reference).text(), way.there) << way.reference;
    const Url base = parse_url("http://a/");
    for (const char* nowhere : {"ftp://h/", "mailto:me", "localhost:80", "http://me@h/", "//"})
        EXPECT_NE(failure_of([&] { (void)join_url(base, nowhere); }), "no failure") << nowhere;
}

TEST(Url, PercentEncoding) {
    EXPECT_EQ(percent_encoded("a-B_9.~ /ü&"), "a-B_9.~%20%2F%C3%BC%26");
}

}  // namespace
}  // namespace pushbench::loadgen
