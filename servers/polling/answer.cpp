#include "polling/answer.hpp"

#include <array>

namespace pushbench::polling {
namespace {

void append_cursor(std::string& out, const Reader& reader) {
    out.append(R"({"cursor":")").append(reader.cursor_text()).append("\"");
}

/// `{"gap":{…}}` is what streams send; here the objects stand in a list.
void append_gap(std::string& gaps, const Gap& gap) {
    if (!gaps.empty()) gaps += ',';
    const std::string json = to_json(gap);
    static constexpr std::string_view kOpen = R"({"gap":)";
    gaps.append(json, kOpen.size(), json.size() - kOpen.size() - 1);
}

}  // namespace

std::string encode(const Notification& notification, const Epoch& /*epoch*/) {
    return to_json(notification);
}

Answer take_answer(Reader& reader, std::span<const Gap> told) {
    Answer answer;
    std::string gaps;
    for (const Gap& gap : told) append_gap(gaps, gap);
    answer.gaps = told.size();
    while (const auto gap = reader.take_gap()) {
        append_gap(gaps, *gap);
        ++answer.gaps;
    }
    std::array<const EntryPtr*, kMostNotifications> entries;
    const std::size_t found = reader.peek(entries);
    std::size_t size_bytes = 0;
    while (answer.notifications < found) {
        size_bytes += (*entries[answer.notifications])->frame(encode).size() + 1;
        if (size_bytes > kMostBytes && answer.notifications > 0) break;
        ++answer.notifications;
    }
    for (std::size_t i = 0; i < answer.notifications; ++i) reader.advance();

    answer.body.reserve(64 + gaps.size() + size_bytes);
    append_cursor(answer.body, reader);
    if (!gaps.empty()) answer.body.append(R"(,"gaps":[)").append(gaps).append("]");
    answer.body += R"(,"notifications":[)";
    for (std::size_t i = 0; i < answer.notifications; ++i) {
        if (i > 0) answer.body += ',';
        answer.body += (*entries[i])->frame(encode);
    }
    answer.body += "]}";
    return answer;
}

}  // namespace pushbench::polling
