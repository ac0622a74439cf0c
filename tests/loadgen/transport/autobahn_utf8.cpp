// Group 6: text that is UTF-8, that is not, and how soon that is noticed. The sequences of 6.5 and on are
// those of Markus Kuhn's stress test for decoders, in its order.
#include "autobahn_cases.hpp"
#include "websocket_frames.hpp"

namespace pushbench::loadgen {

using namespace std::string_literals;

namespace {

const std::string kosme = "\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5";
const std::string edited = "edited";

/// Fragments of one byte each, in a read each.
std::vector<std::string> in_fragments(const std::string& text) {
    std::vector<std::string> reads;
    for (std::size_t i = 0; i != text.size(); ++i)
        reads.push_back(server_frame(i == 0 ? 1 : 0, text.substr(i, 1), i + 1 == text.size()));
    return reads;
}

void add_fragments(std::vector<AutobahnCase>& all) {
    const std::string greeting = "Hello-\u00b5@\u00df\u00f6\u00e4";
    const std::string rest = "\u00fc\u00e0\u00e1-UTF-8!!";
    all.push_back(well("6.1.1", {server_frame(1, "")}, {""}));
    all.push_back(
        well("6.1.2", {server_frame(1, "", false) + server_frame(0, "", false) + server_frame(0, "")}, {""}));
    all.push_back(well(
        "6.1.3",
        {server_frame(1, "", false) + server_frame(0, "middle frame payload", false) + server_frame(0, "")},
        {"middle frame payload"}));
    all.push_back(well("6.2.1", {server_frame(1, greeting + rest)}, {greeting + rest}));
    all.push_back(
        well("6.2.2", {server_frame(1, greeting, false), server_frame(0, rest)}, {greeting + rest}));
    all.push_back(well("6.2.3", in_fragments(greeting + rest), {greeting + rest}));
    all.push_back(well("6.2.4", in_fragments(kosme), {kosme}));
    const std::string surrogate = kosme + "\xed\xa0\x80" + edited;
    all.push_back(failed("6.3.1", {server_frame(1, surrogate)}, 1007));
    all.push_back(failed("6.3.2", in_fragments(surrogate), 1007));
    all.back().fails_at = 12;
}

/// The connection must be failed at the second part, before the third is sent. U+110000 is wrong at its
/// second byte.
void add_fail_fast(std::vector<AutobahnCase>& all) {
    const std::string wrong = "\xf4\x90\x80\x80";
    const std::string text = kosme + wrong + edited;
    const auto add = [&](AutobahnCase one) {
        one.fails_at = 1;
        all.push_back(std::move(one));
    };
    add(failed("6.4.1",
               {server_frame(1, kosme, false), server_frame(0, wrong, false), server_frame(0, edited)},
               1007));
    add(failed("6.4.2",
               {server_frame(1, text.substr(0, 12), false), server_frame(0, text.substr(12, 1), false),
                server_frame(0, text.substr(13))},
               1007));
    const std::string head = server_frame(1, text).substr(0, 2);
    add(failed("6.4.3", {head + kosme, wrong, edited}, 1007));
    add(failed("6.4.4", {head + text.substr(0, 12), text.substr(12, 1), text.substr(13)}, 1007));
}

/// Bytes from the first to the last but one, each with something behind it.
std::string range(unsigned from, unsigned to, const std::string& behind) {
    std::string all;
    for (unsigned byte = from; byte != to; ++byte) all += static_cast<char>(byte) + behind;
    return all;
}

struct Sequences {
    bool valid;
    std::vector<std::string> texts;
};

const std::vector<std::string> cut_short = {
    "\xc0", "\xe0\x80", "\xf0\x80\x80", "\xf8\x80\x80\x80", "\xfc\x80\x80\x80\x80",
    "\xdf", "\xef\xbf", "\xf7\xbf\xbf", "\xfb\xbf\xbf\xbf", "\xfd\xbf\xbf\xbf\xbf"};

std::string all_cut_short() {
    std::string all;
    for (const std::string& one : cut_short) all += one;
    return all;
}

/// U+FFFE, U+FFFF, and the last two code points of each plane behind the first.
std::vector<std::string> noncharacters() {
    std::vector<std::string> all = {"\xef\xbf\xbe", "\xef\xbf\xbf"};
    for (const unsigned first : {0xf0U, 0xf1U, 0xf2U, 0xf3U, 0xf4U})
        for (const unsigned second : {0x8fU, 0x9fU, 0xafU, 0xbfU})
            for (const unsigned last : {0xbeU, 0xbfU})
                if ((first != 0xf0U || second != 0x8fU) && (first != 0xf4U || second == 0x8fU))
                    all.push_back({static_cast<char>(first), static_cast<char>(second), '\xbf',
                                   static_cast<char>(last)});
    return all;
}

const std::vector<Sequences>& sequences_behind_prefixes() {
    static const std::vector<Sequences> all = {
        {true, {"\0"s, "\xc2\x80", "\xe0\xa0\x80", "\xf0\x90\x80\x80"}},
        {false, {"\xf8\x88\x80\x80\x80", "\xfc\x84\x80\x80\x80\x80"}},
        {true, {"\x7f", "\xdf\xbf", "\xef\xbf\xbf", "\xf4\x8f\xbf\xbf"}},
        {false, {"\xf7\xbf\xbf\xbf", "\xfb\xbf\xbf\xbf\xbf", "\xfd\xbf\xbf\xbf\xbf\xbf"}},
        {true, {"\xed\x9f\xbf", "\xee\x80\x80", "\xef\xbf\xbd", "\xf4\x8f\xbf\xbf"}},
        {false,
         {"\x80", "\xbf", "\x80\xbf", "\x80\xbf\x80", "\x80\xbf\x80\xbf", "\x80\xbf\x80\xbf\x80",
          "\x80\xbf\x80\xbf\x80\xbf", range(0x80, 0xbf, "")}},
        {false,
         {range(0xc0, 0xdf, " "), range(0xe0, 0xef, " "), range(0xf0, 0xf7, " "), range(0xf8, 0xfb, " "),
          range(0xfc, 0xfd, " ")}},
        {false, cut_short},
        {false, {all_cut_short()}},
        {false, {"\xfe", "\xff", "\xfe\xfe\xff\xff"}},
        {false,
         {"\xc0\xaf", "\xe0\x80\xaf", "\xf0\x80\x80\xaf", "\xf8\x80\x80\x80\xaf",
          "\xfc\x80\x80\x80\x80\xaf"}},
        {false,
         {"\xc1\xbf", "\xe0\x9f\xbf", "\xf0\x8f\xbf\xbf", "\xf8\x87\xbf\xbf\xbf",
          "\xfc\x83\xbf\xbf\xbf\xbf"}},
        {false,
         {"\xc0\x80", "\xe0\x80\x80", "\xf0\x80\x80\x80", "\xf8\x80\x80\x80\x80",
          "\xfc\x80\x80\x80\x80\x80"}},
        {false,
         {"\xed\xa0\x80", "\xed\xad\xbf", "\xed\xae\x80", "\xed\xaf\xbf", "\xed\xb0\x80", "\xed\xbe\x80",
          "\xed\xbf\xbf"}},
        {false,
         {"\xed\xa0\x80\xed\xb0\x80", "\xed\xa0\x80\xed\xbf\xbf", "\xed\xad\xbf\xed\xb0\x80",
          "\xed\xad\xbf\xed\xbf\xbf", "\xed\xae\x80\xed\xb0\x80", "\xed\xae\x80\xed\xbf\xbf",
          "\xed\xaf\xbf\xed\xb0\x80", "\xed\xaf\xbf\xed\xbf\xbf"}},
        {true, noncharacters()},
        {true,
         {"\xef\xbf\xb9", "\xef\xbf\xba", "\xef\xbf\xbb", "\xef\xbf\xbc", "\xef\xbf\xbd", "\xef\xbf\xbe",
          "\xef\xbf\xbf"}},
    };
    return all;
}

void add_one(std::vector<AutobahnCase>& all, int group, int number, bool valid, const std::string& text) {
    const std::string id = "6." + std::to_string(group) + "." + std::to_string(number);
    all.push_back(valid ? well(id, {server_frame(1, text)}, {text})
                        : failed(id, {server_frame(1, text)}, 1007));
}

void add_sequences(std::vector<AutobahnCase>& all) {
    int number = 0;
    for (const char* text : {"hello$world", "hello\xC2\xA2world", "hello\xE2\x82\xACworld",
                             "hello\xF0\xA4\xAD\xA2world", kosme.c_str()})
        add_one(all, 5, ++number, true, text);
    for (std::size_t size = 1; size <= kosme.size(); ++size) {
        const bool whole = size == 2 || size == 5 || size == 7 || size == 9 || size == 11;
        add_one(all, 6, static_cast<int>(size), whole, kosme.substr(0, size));
    }
    int group = 6;
    for (const Sequences& some : sequences_behind_prefixes()) {
        ++group;
        number = 0;
        for (const std::string& text : some.texts) add_one(all, group, ++number, some.valid, text);
        if (group == 11) add_one(all, group, ++number, false, "\xf4\x90\x80\x80");  // the only mixed group
    }
}

}  // namespace

std::vector<AutobahnCase> autobahn_utf8() {
    std::vector<AutobahnCase> all;
    add_fragments(all);
    add_fail_fast(all);
    add_sequences(all);
    return all;
}

}  // namespace pushbench::loadgen
