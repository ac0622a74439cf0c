// Group 7: closing, and what comes behind a close.
#include "autobahn_cases.hpp"
#include "websocket_frames.hpp"

namespace pushbench::loadgen {
namespace {

const std::string normal = server_frame(8, close_payload(1000));

/// The server closes by itself; the client answers with `answer`.
AutobahnCase closed(std::string id, const std::string& bytes, const std::string& answer,
                    std::vector<std::string> messages = {}) {
    return {std::move(id), {bytes}, std::move(messages), {answer}};
}

void add_behind_a_close(std::vector<AutobahnCase>& all) {
    const std::string hello = server_frame(1, "Hello World!");
    std::string large;
    while (large.size() < 256 * 1024) large += "BAsd7&jh23";
    large.resize(256 * 1024);
    all.push_back(closed("7.1.1", hello + normal, "close 1000", {"Hello World!"}));
    all.push_back(closed("7.1.2", normal + server_frame(8, ""), "close 1000"));
    all.push_back(closed("7.1.3", normal + server_frame(9, ""), "close 1000"));
    all.push_back(closed("7.1.4", normal + hello, "close 1000"));
    all.push_back(closed("7.1.5", server_frame(1, "fragment1", false) + normal + server_frame(0, "fragment2"),
                         "close 1000"));
    all.push_back(closed("7.1.6", server_frame(1, large) + hello + normal + server_frame(9, ""), "close 1000",
                         {large, "Hello World!"}));
}

void add_payloads(std::vector<AutobahnCase>& all) {
    const auto with = [](const std::string& payload) { return server_frame(8, payload); };
    all.push_back(closed("7.3.1", with(""), "close "));
    all.push_back(closed("7.3.2", with("a"), "close 1002"));
    all.push_back(closed("7.3.3", normal, "close 1000"));
    all.push_back(closed("7.3.4", with(close_payload(1000, "Hello World!")), "close 1000"));
    all.push_back(closed("7.3.5", with(close_payload(1000, std::string(123, '*'))), "close 1000"));
    all.push_back(closed("7.3.6", with(close_payload(1000, std::string(124, '*'))), "close 1002"));
    const std::string surrogate =
        "\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xed\xa0\x80"
        "edited";
    all.push_back(closed("7.5.1", with(close_payload(1000, surrogate)), "close 1007"));
}

void add_codes(std::vector<AutobahnCase>& all) {
    int number = 0;
    for (const unsigned code :
         {1000U, 1001U, 1002U, 1003U, 1007U, 1008U, 1009U, 1010U, 1011U, 3000U, 3999U, 4000U, 4999U})
        all.push_back(closed("7.7." + std::to_string(++number), server_frame(8, close_payload(code)),
                             "close " + std::to_string(code)));
    number = 0;
    for (const unsigned code : {0U, 999U, 1004U, 1005U, 1006U, 1016U, 1100U, 2000U, 2999U})
        all.push_back(
            closed("7.9." + std::to_string(++number), server_frame(8, close_payload(code)), "close 1002"));
    // The suite leaves these to the client; the standard has no such codes (§7.4.2).
    all.push_back(closed("7.13.1", server_frame(8, close_payload(5000)), "close 1002"));
    all.push_back(closed("7.13.2", server_frame(8, close_payload(65535)), "close 1002"));
}

}  // namespace

std::vector<AutobahnCase> autobahn_closing() {
    std::vector<AutobahnCase> all;
    add_behind_a_close(all);
    add_payloads(all);
    add_codes(all);
    return all;
}

}  // namespace pushbench::loadgen
