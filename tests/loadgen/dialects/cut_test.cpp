#include "loadgen/dialects/cut.hpp"

#include <gmock/gmock.h>

#include "pieces.hpp"

namespace pushbench::loadgen {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using namespace std::string_literals;

struct Pieces final : CutSink {
    void on_piece(std::string_view piece) override { all.emplace_back(piece); }
    void on_payload(std::string_view payload) override { all.push_back("payload " + std::string{payload}); }
    std::vector<std::string> all;
};

std::vector<std::string> cut(Cut how, const std::vector<std::string>& frames) {
    Cutter cutter{how};
    Pieces pieces;
    for (const std::string& frame : frames)
        if (!cutter.feed(frame, pieces)) return {"refused"};
    return pieces.all;
}

TEST(Cut, TakesAFrameWhole) {
    EXPECT_THAT(cut(Cut::whole, {"a\nb", ""}), ElementsAre("a\nb", ""));
}

TEST(Cut, EndsALineWithTheFrame) {
    EXPECT_THAT(cut(Cut::lines, {"{}\n{\"a\":1}\r\n\nlast", "next"}),
                ElementsAre("{}", "{\"a\":1}", "last", "next"));
    EXPECT_THAT(cut(Cut::lines, {"", "\n", "\r\n"}), IsEmpty());
}

TEST(Cut, PutsRecordsTogetherWhereverFramesEnd) {
    const std::string text = "{}\x1e{\"type\":6}\x1e\x1e[1]\x1e"s;
    for (const auto& frames : all_cuts(text))
        EXPECT_THAT(cut(Cut::record_separator, frames), ElementsAre("{}", "{\"type\":6}", "[1]"));
    EXPECT_THAT(cut(Cut::record_separator, {"not ended"}), IsEmpty());
}

TEST(Cut, ReadsTheNatsProtocolCutAnywhere) {
    const std::string text =
        "INFO {\"server_id\":\"x\"}\r\nPING\r\nMSG a.b 1 5\r\nPI\r\nx\r\nMSG a.b 1 reply.to 0\r\n\r\n"
        "HMSG a 1 12 17\r\nNATS/1.0\r\n\r\nhello\r\n+OK\r\n-ERR 'no'\r\n";
    for (const auto& frames : all_cuts(text))
        EXPECT_THAT(cut(Cut::nats, frames),
                    ElementsAre("INFO {\"server_id\":\"x\"}", "PING", "payload PI\r\nx", "payload ",
                                "payload hello", "+OK", "-ERR 'no'"));
}

TEST(Cut, RefusesWhatIsNoNatsProtocol) {
    EXPECT_THAT(cut(Cut::nats, {"MSG a 1 x\r\n"}), ElementsAre("refused"));
    EXPECT_THAT(cut(Cut::nats, {"MSG a 1 3\r\nabcde\r\n"}), ElementsAre("refused"));
    EXPECT_THAT(cut(Cut::nats, {"MSG a 1 99999999999999999999\r\n"}), ElementsAre("refused"));
    EXPECT_THAT(cut(Cut::nats, {"HMSG a 1 9 3\r\nabc\r\n"}), ElementsAre("refused"));
    EXPECT_THAT(cut(Cut::nats, {std::string(70'000, 'x')}), ElementsAre("refused"));
}

TEST(Cut, TakesTheElementsOfAnArray) {
    EXPECT_THAT(cut(Cut::json_array, {R"( [ {"a":[1,"]\"}"]} , "x,y", 12 ,[ ] ] )"}),
                ElementsAre(R"({"a":[1,"]\"}"]})", R"("x,y")", "12", "[ ]"));
    EXPECT_THAT(cut(Cut::json_array, {"[]"}), IsEmpty());
    for (const char* wrong : {"", "{}", "[1", "[1,]", "[,1]", "[1}]", "[\"]", "[1]]", "[1,,2]", "]", "["})
        EXPECT_THAT(cut(Cut::json_array, {wrong}), testing::Contains("refused")) << wrong;
}

}  // namespace
}  // namespace pushbench::loadgen
