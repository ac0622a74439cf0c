#include "loadgen/dialects/template.hpp"

#include <gmock/gmock.h>

#include "allocations.hpp"
#include "loadgen/dialects/header.hpp"
#include "loadgen/wire/failure.hpp"

namespace pushbench::loadgen {
namespace {

using testing::HasSubstr;
using Place = Template::Place;

TemplateValues values() {
    TemplateValues all;
    all.i = "7";
    all.topic = "a b/\"c\"";
    all.token = "t0k";
    return all;
}

std::string subscriber(std::string_view text, Place place = Place::text) {
    return Template{text, place, Template::of_subscriber}.with(values());
}

TEST(Template, PutsValuesWhereTheirNamesStand) {
    EXPECT_EQ(subscriber("client {i} of {token}{i}"), "client 7 of t0k7");
    EXPECT_EQ(subscriber("{cursor}"), "");
    EXPECT_EQ(subscriber("nothing"), "nothing");
    EXPECT_TRUE((Template{"", Place::text, Template::of_subscriber}).empty());
}

TEST(Template, LeavesBracesThatNameNothing) {
    for (const std::string text :
         {R"({"a":{"b":[1,{}]}})", "{", "}", "{ topic }", "{}", "{A}", "{1}", "{topic", "a{"})
        EXPECT_EQ(subscriber(text), text);
    EXPECT_EQ(subscriber(R"({"a":{"b":"{i}"}})"), R"({"a":{"b":"7"}})");
    EXPECT_EQ(subscriber("query {{field}} {{topic}} {{i}"), "query {field} {topic} {7");
}

TEST(Template, EncodesAsThePlaceNeeds) {
    EXPECT_EQ(subscriber("/sub/{topic}", Place::url), "/sub/a%20b%2F%22c%22");
    EXPECT_EQ(subscriber("/sub/{topic|raw}", Place::url), "/sub/a b/\"c\"");
    EXPECT_EQ(subscriber("{topic}", Place::header), "a b/\"c\"");
    EXPECT_EQ(subscriber("{topic}", Place::text), "a b/\"c\"");
}

TEST(Template, FiltersInTheirOrder) {
    EXPECT_EQ(subscriber("{topic|json}"), R"(a b/\"c\")");
    EXPECT_EQ(subscriber("{topic|json|json}"), R"(a b/\\\"c\\\")");
    EXPECT_EQ(subscriber("{topic|json|url}"), "a%20b%2F%5C%22c%5C%22");
    EXPECT_EQ(subscriber("{token|base64}"), "dDBr");
}

// RFC 4648 §10.
TEST(Template, EncodesBase64AsTheStandardsVectors) {
    const std::vector<std::pair<std::string, std::string>> vectors = {{"", ""},
                                                                      {"f", "Zg=="},
                                                                      {"fo", "Zm8="},
                                                                      {"foo", "Zm9v"},
                                                                      {"foob", "Zm9vYg=="},
                                                                      {"fooba", "Zm9vYmE="},
                                                                      {"foobar", "Zm9vYmFy"},
                                                                      {"\xFF\xFE", "//4="}};
    for (const auto& [text, encoded] : vectors) {
        TemplateValues all;
        all.topic = text;
        EXPECT_EQ((Template{"{topic|base64}", Place::text, Template::of_subscriber}.with(all)), encoded);
    }
}

TEST(Template, EscapesAllThatAJsonStringCannotHold) {
    TemplateValues all;
    all.topic = std::string_view{"\0\n\x1f\\\"\xC3\xA9", 7};
    EXPECT_EQ((Template{"{topic|json}", Place::text, Template::of_subscriber}.with(all)),
              "\\u0000\\u000A\\u001F\\\\\\\"\xC3\xA9");
}

TEST(Template, AddsNoLineToAHead) {
    TemplateValues all;
    all.topic = "x\r\nEvil: 1";
    for (const char* text : {"{topic}", "{topic|raw}"}) {
        EXPECT_EQ((Template{text, Place::header, Template::of_subscriber}.with(all)), "x%0D%0AEvil: 1");
    }
    EXPECT_EQ((Template{"/{topic|raw}", Place::url, Template::of_subscriber}.with(all)), "/x%0D%0AEvil: 1");
    EXPECT_EQ((Template{"{topic|json}", Place::header, Template::of_subscriber}.with(all)),
              "x\\u000D\\u000AEvil: 1");
}

TEST(Template, SaysWhatThereIsNot) {
    const auto complaint = [](std::string_view text, Template::Names names) -> std::string {
        try {
            const Template made{text, Place::text, names};
        } catch (const Failure& failure) {
            return failure.what();
        }
        return "none";
    };
    EXPECT_EQ(
        complaint("/{foo}", Template::of_subscriber),
        "names {foo}, which there is not here; there are {i} {topic} {cursor} {token}, and {{foo}} for the "
        "text itself");
    EXPECT_THAT(complaint("{marker}", Template::of_subscriber), HasSubstr("{marker}"));
    EXPECT_THAT(complaint("{i}", Template::of_publisher),
                HasSubstr("there are {topic} {token} {payload} {marker}"));
    EXPECT_THAT(complaint("{topic|xml}", Template::of_subscriber),
                HasSubstr("the filter 'xml' in {topic|xml}"));
    EXPECT_THAT(complaint("{topic|}", Template::of_subscriber), testing::AnyOf("none", HasSubstr("filter")));
}

TEST(Template, CountsTheBytesOfANotification) {
    const Template made{"PUB {topic} {bytes}\r\n{marker}{payload}\r\n", Place::text, Template::of_publisher};
    TemplateValues all;
    all.topic = "t";
    all.marker = "mark";
    all.payload = "payload";
    EXPECT_EQ(made.with(all), "PUB t 11\r\nmarkpayload\r\n");
    EXPECT_TRUE(made.names("bytes"));
    EXPECT_TRUE(made.names("marker"));
    EXPECT_FALSE(made.names("seq"));
}

TEST(Template, AppendsWithoutAnAllocation) {
    const Template made{R"(["{topic|json}",{i},"{token}"])", Place::text, Template::of_subscriber};
    const TemplateValues all = values();
    std::string out;
    out.reserve(1000);
    const std::size_t before = allocations();
    made.append(all, out);
    EXPECT_EQ(allocations(), before);
}

std::string header_complaint(std::string_view line) {
    try {
        parse_header_template(line, Template::of_subscriber);
    } catch (const Failure& failure) {
        return failure.what();
    }
    return "none";
}

TEST(Header, IsReadAndWritten) {
    std::string out;
    append_headers({parse_header_template("Authorization: Bearer {token}", Template::of_subscriber),
                    parse_header_template("X-Client:{i}", Template::of_subscriber),
                    parse_header_template("X-Empty:", Template::of_subscriber)},
                   values(), out);
    EXPECT_EQ(out, "Authorization: Bearer t0k\r\nX-Client: 7\r\nX-Empty: \r\n");
}

TEST(Header, IsLeftOutWhereAllItNamesIsEmpty) {
    std::string out;
    append_headers({parse_header_template("Authorization: Bearer {token}", Template::of_subscriber)},
                   TemplateValues{}, out);
    EXPECT_EQ(out, "");
}

TEST(Header, IsRefusedWhereItCannotBe) {
    EXPECT_THAT(header_complaint("no colon"), HasSubstr("not 'Name: value'"));
    EXPECT_THAT(header_complaint("a b: c"), HasSubstr("no header field can have"));
    EXPECT_THAT(header_complaint(": c"), HasSubstr("no header field can have"));
    EXPECT_THAT(header_complaint("a: b\r\nc: d"), HasSubstr("line end"));
    EXPECT_THAT(header_complaint("connection: close"), HasSubstr("writes itself"));
    EXPECT_THAT(header_complaint("sec-websocket-protocol: x"), HasSubstr("subprotocol"));
    EXPECT_THAT(header_complaint("a: {nobody}"), HasSubstr("names {nobody}"));
    EXPECT_EQ(header_complaint("Host: other.example"), "none");
}

}  // namespace
}  // namespace pushbench::loadgen
