#include "event_stream_vectors.hpp"

namespace pushbench::loadgen {

using namespace std::string_literals;

namespace {

std::vector<EventStreamVector> data_and_types() {
    return {
        {"one line", "data: a\n\n", {"|a|"}},
        {"lines are joined by LF, and the last LF goes",
         "data: a\ndata:\ndata: b\ndata:\n\n",
         {"|a\n\nb\n|"}},
        {"empty data is an event", "data:\n\ndata: \n\n", {"||", "||"}},
        {"two empty lines of data are one LF", "data:\ndata:\n\n", {"|\n|"}},
        {"no data, no event", "event: x\n\nid: 1\n\nretry: 1\n\n", {}, "1", {1}},
        {"a type", "event: tick\ndata: a\n\n", {"tick|a|"}},
        {"a type is for its own event only", "event: tick\ndata: a\n\ndata: b\n\n", {"tick|a|", "|b|"}},
        {"a type without data does not reach the next", "event: tick\n\ndata: a\n\n", {"|a|"}},
        {"the last type counts", "event: x\ndata: a\nevent: y\n\n", {"y|a|"}},
        {"an empty type is none", "event: x\nevent:\ndata: a\n\n", {"|a|"}},
        {"a type by its name only", "event: x\nevent\ndata: a\n\n", {"|a|"}},
        {"a type may hold anything", "event: a b:c\ndata: d\n\n", {"a b:c|d|"}},
        {"fields in any order", "data: a\nid: 1\nevent: x\ndata: b\n\n", {"x|a\nb|1"}, "1"},
    };
}

std::vector<EventStreamVector> ids() {
    return {
        {"of an event", "id: 1\ndata: a\n\n", {"|a|1"}, "1"},
        {"stays for those behind", "id: 1\ndata: a\n\ndata: b\n\n", {"|a|1", "|b|1"}, "1"},
        {"of a block without data", "id: 7\n\ndata: a\n\n", {"|a|7"}, "7"},
        {"of a comment block", "id: 7\n: beat\n\n", {}, "7"},
        {"the last one of a block counts", "id: 1\ndata: a\nid: 2\n\n", {"|a|2"}, "2"},
        {"an empty one resets", "id: 1\ndata: a\n\nid:\ndata: b\n\n", {"|a|1", "|b|"}},
        {"a name alone resets", "id: 1\ndata: a\n\nid\ndata: b\n\n", {"|a|1", "|b|"}},
        {"a reset in a block without data", "id: 1\ndata: a\n\nid\n\n", {"|a|1"}},
        {"a reset without its blank line does not count", "id: 1\ndata: a\n\nid:\n", {"|a|1"}, "1"},
        {"one with NUL is ignored", "id: 1\ndata: a\n\nid: 2\0\ndata: b\n\n"s, {"|a|1", "|b|1"}, "1"},
        {"NUL at the front, and alone", "id: \0x\ndata: a\n\nid:\0\ndata: b\n\n"s, {"|a|", "|b|"}},
        {"one with NUL behind a good one", "id: 1\nid: 2\0\ndata: a\n\n"s, {"|a|1"}, "1"},
        {"spaces within and behind", "id: a b \ndata: x\n\n", {"|x|a b "}, "a b "},
        {"a longer one than fits in place",
         "id: 0123456789-0123456789-0123456789\ndata: x\n\n",
         {"|x|0123456789-0123456789-0123456789"},
         "0123456789-0123456789-0123456789"},
        {"none at all", "data: x\n\n", {"|x|"}},
    };
}

std::vector<EventStreamVector> retries() {
    return {
        {"digits", "retry: 1000\n\nretry:0\nretry: 007\n", {}, "", {1000, 0, 7}},
        {"at once, without a blank line", "retry: 5\n", {}, "", {5}},
        {"nothing but digits",
         "retry: 1x\nretry: x1\nretry: -1\nretry: +1\nretry: 1.5\nretry: 1 \nretry:  1\n\n",
         {}},
        {"nothing", "retry:\nretry\nretry: \n\n", {}},
        {"other digits than ASCII", "retry: \xD9\xA1\n\n", {}},
        {"longer than fits",
         "retry: 4294967295\nretry: 4294967296\nretry: 99999999999999999999999\n",
         {},
         "",
         {4294967295U, 4294967295U, 4294967295U}},
        {"in the middle of an event", "data: a\nretry: 5\ndata: b\n\n", {"|a\nb|"}, "", {5}},
    };
}

// The examples that stand in §9.2.6.
std::vector<EventStreamVector> examples_of_the_standard() {
    return {
        {"stock", "data: YHOO\ndata: +2\ndata: 10\n\n", {"|YHOO\n+2\n10|"}},
        {"four blocks",
         ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n",
         {"|first event|1", "|second event|"}},
        {"two events and a part of one", "data\n\ndata\ndata\n\ndata:", {"||", "|\n|"}},
        {"two that are the same", "data:test\n\ndata: test\n\n", {"|test|", "|test|"}},
    };
}

}  // namespace

std::vector<EventStreamVector> vectors_of_events() {
    std::vector<EventStreamVector> all;
    for (auto part : {data_and_types(), ids(), retries(), examples_of_the_standard()})
        for (EventStreamVector& one : part) all.push_back(std::move(one));
    return all;
}

}  // namespace pushbench::loadgen
