#include "event_stream_vectors.hpp"

namespace pushbench::loadgen {

using namespace std::string_literals;

namespace {

std::vector<EventStreamVector> line_ends() {
    return {
        {"LF", "data: a\ndata: b\n\ndata: c\n\n", {"|a\nb|", "|c|"}},
        {"CR", "data: a\rdata: b\r\rdata: c\r\r", {"|a\nb|", "|c|"}},
        {"CR LF", "data: a\r\ndata: b\r\n\r\ndata: c\r\n\r\n", {"|a\nb|", "|c|"}},
        {"all three mixed",
         "data: a\rdata: b\ndata: c\r\n\rdata: d\r\n\ndata: e\n\r\n",
         {"|a\nb\nc|", "|d|", "|e|"}},
        {"LF CR are two ends", "data: a\n\rdata: b\n\r", {"|a|", "|b|"}},
        {"CR CR LF are two ends", "data: a\r\r\ndata: b\r\r\n", {"|a|", "|b|"}},
        {"other separators of Unicode end no line",
         "data: a\xC2\x85\xE2\x80\xA8\xE2\x80\xA9\x0B\x0C"
         "b\n\n",
         {"|a\xC2\x85\xE2\x80\xA8\xE2\x80\xA9\x0B\x0C"
          "b|"}},
        {"blank lines alone", "\n\n\r\r\n\r\n", {}},
        {"an empty stream", "", {}},
        {"blank lines around", "\n\ndata: a\n\n\n\ndata: b\n\n\n", {"|a|", "|b|"}},
    };
}

std::vector<EventStreamVector> ends_of_streams() {
    return {
        {"without a blank line", "data: a\n\ndata: b\n", {"|a|"}},
        {"within a line", "data: a\n\ndata: b", {"|a|"}},
        {"within a field name", "data: a\n\nda", {"|a|"}},
        {"within the blank line of CR LF", "data: a\r\n\r", {"|a|"}},
        {"an ID without its blank line does not count", "id: 1\ndata: a\n\nid: 2\ndata: b\n", {"|a|1"}, "1"},
        {"an ID alone and the end", "id: 5\ndata: a\n\nid: 7\n", {"|a|5"}, "5"},
        {"an ID in a line without end", "id: 5\ndata: a\n\nid: 7", {"|a|5"}, "5"},
    };
}

std::vector<EventStreamVector> marks() {
    return {
        {"a byte order mark at the beginning",
         "\xEF\xBB\xBF"
         "data: a\n\n",
         {"|a|"}},
        {"a second one belongs to the line",
         "\xEF\xBB\xBF\xEF\xBB\xBF"
         "data: a\n\ndata: b\n\n",
         {"|b|"}},
        {"one later on belongs to the line",
         "data: a\n\n\xEF\xBB\xBF"
         "data: b\n\ndata: c\n\n",
         {"|a|", "|c|"}},
        {"one in a value stays",
         "data: \xEF\xBB\xBF"
         "a\n\n",
         {"|\xEF\xBB\xBF"
          "a|"}},
        {"a mark and blank lines", "\xEF\xBB\xBF\n\ndata: a\n\n", {"|a|"}},
        {"a mark alone", "\xEF\xBB\xBF", {}},
        {"half a mark", "\xEF\xBB\ndata: a\n\ndata: b\n\n", {"|a|", "|b|"}},
        {"a first line that begins like a mark", "\xEF\ndata: a\n\n", {"|a|"}},
    };
}

std::vector<EventStreamVector> comments_and_fields() {
    return {
        {"comments", ": hello\n:\n::data: x\n:data: y\n\ndata: a\n: between\ndata: b\n\n", {"|a\nb|"}},
        {"a comment alone is no event", ":\n\n: beat\n\n", {}},
        {"one space behind the colon goes", "data:  a \n\n", {"| a |"}},
        {"no space", "data:a\n\n", {"|a|"}},
        {"a tab is no space", "data:\ta\n\n", {"|\ta|"}},
        {"a space before the colon belongs to the name", "data : a\n\ndata: b\n\n", {"|b|"}},
        {"a space before the name belongs to it", " data: a\n\ndata: b\n\n", {"|b|"}},
        {"colons in a value", "data: a:b: c\ndata::\n\n", {"|a:b: c\n:|"}},
        {"names have case", "Data: a\nDATA: b\nID: 1\nEvent: x\n\ndata: c\n\n", {"|c|"}},
        {"unknown fields", "foo: 1\nbar\ndat: 2\ndatax: 3\ndata: a\n\n", {"|a|"}},
        {"a name with NUL is unknown", "da\0ta: a\n\0data: b\ndata: c\n\n"s, {"|c|"}},
        {"data with NUL", "data: a\0b\n\n"s, {"|a\0b|"s}},
        {"a line that is only a name", "data\n\n", {"||"}},
        {"a name only, twice", "data\ndata\n\n", {"|\n|"}},
        {"bytes that are no UTF-8 are handed on", "data: \xFF\xC3(\n\n", {"|\xFF\xC3(|"}},
    };
}

}  // namespace

std::vector<EventStreamVector> vectors_of_lines_and_fields() {
    std::vector<EventStreamVector> all;
    for (auto part : {line_ends(), ends_of_streams(), marks(), comments_and_fields()})
        for (EventStreamVector& one : part) all.push_back(std::move(one));
    return all;
}

}  // namespace pushbench::loadgen
