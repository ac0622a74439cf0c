#include "notify/notification.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace pushbench {
namespace {

const Notification kPlain{17, "default", 123, 456, "hello"};

TEST(Notification, IsWrittenInTheContractsKeyOrder) {
    EXPECT_EQ(to_json(kPlain),
              R"({"seq":17,"topic":"default","due_ns":123,"sent_ns":456,"payload":"hello"})");
}

TEST(Notification, ComesBackAsItWas) {
    const std::string payloads[] = {"",         "plain",       "\"quoted\"",           "back\\slash",
                                    "a\nb\r\n", "\x01\x1f\t",  "ünïcödé ☃ 🎉",          "\x7f",
                                    "\u2028",   "{\"a\":[1]}", std::string(70000, 'x')};
    for (const std::string& payload : payloads)
        for (const char* topic : {"default", "a\"b", "tøpic", "back\\slash"}) {
            const Notification notification{1, topic, 2, 3, payload};
            const boost::json::value back = boost::json::parse(to_json(notification));
            EXPECT_EQ(back.at("topic").as_string(), topic);
            EXPECT_EQ(std::string{back.at("payload").as_string()}, payload);
            EXPECT_EQ(back.at("seq"), 1);
            EXPECT_EQ(back.at("due_ns"), 2);
            EXPECT_EQ(back.at("sent_ns"), 3);
        }
}

TEST(Notification, IsOneLineWhateverThePayload) {
    EXPECT_EQ(to_json({1, "t\n", 0, 0, "a\r\nb\n"}).find_first_of("\r\n"), std::string::npos);
}

}  // namespace
}  // namespace pushbench
