#include "notify/notification.hpp"

#include <gtest/gtest.h>

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
            const auto back = from_json(to_json(notification));
            ASSERT_TRUE(back) << to_json(notification);
            EXPECT_EQ(back->topic, topic);
            EXPECT_EQ(back->payload, payload);
            EXPECT_EQ(back->seq, 1U);
            EXPECT_EQ(back->due_ns, 2);
            EXPECT_EQ(back->sent_ns, 3);
        }
}

TEST(Notification, IsOneLineWhateverThePayload) {
    EXPECT_EQ(to_json({1, "t\n", 0, 0, "a\r\nb\n"}).find_first_of("\r\n"), std::string::npos);
}

TEST(Notification, IsReadInAnyOrderWithMoreKeys) {
    const auto read = from_json(R"( {"x":[],"payload":"p","sent_ns":-4,"due_ns":-3,"topic":"t","seq":2} )");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->seq, 2U);
    EXPECT_EQ(read->sent_ns, -4);
    EXPECT_EQ(read->payload, "p");
}

TEST(Notification, RefusesWhatIsNone) {
    for (const char* text :
         {"", "null", "[]", "{}", "{", R"({"seq":17,"topic":"t","due_ns":1,"sent_ns":2})",
          R"({"seq":0,"topic":"t","due_ns":1,"sent_ns":2,"payload":""})",
          R"({"seq":-1,"topic":"t","due_ns":1,"sent_ns":2,"payload":""})",
          R"({"seq":1.5,"topic":"t","due_ns":1,"sent_ns":2,"payload":""})",
          R"({"seq":"1","topic":"t","due_ns":1,"sent_ns":2,"payload":""})",
          R"({"seq":1,"topic":7,"due_ns":1,"sent_ns":2,"payload":""})",
          R"({"seq":1,"topic":"t","due_ns":"1","sent_ns":2,"payload":""})",
          R"({"seq":1,"topic":"t","due_ns":1,"sent_ns":2,"payload":null})",
          R"({"seq":1,"topic":"t","due_ns":1,"sent_ns":2,"payload":""} x)",
          R"({"seq":1,"topic":"t","due_ns":99999999999999999999,"sent_ns":2,"payload":""})"})
        EXPECT_FALSE(from_json(text)) << text;
    EXPECT_FALSE(from_json(std::string(100'000, '[')));
}

TEST(TopicName, HasAnIndexOnlyAmongSeveral) {
    EXPECT_EQ(topic_name("default", 0, 1), "default");
    EXPECT_EQ(topic_name("default", 0, 2), "default-0");
    EXPECT_EQ(topic_name("t", 4999, 5000), "t-4999");
}

}  // namespace
}  // namespace pushbench
