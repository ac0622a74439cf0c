#include "loadgen/report/junit.hpp"

#include <cstdio>

namespace pushbench::loadgen {
namespace {

/// What XML 1.0 takes: markup as entities, and no control characters, which have no form in it at all.
std::string xml_text(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '"')
            out += "&quot;";
        else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
            out += ' ';
        else
            out += c;
    }
    return out;
}

/// One test. `outcome` is the element that says what became of it, empty where it passed.
struct Case {
    std::string name;
    std::string outcome;
    std::string text;
};

struct Suite {
    const char* name;
    std::vector<Case> cases;

    [[nodiscard]] std::size_t count(std::string_view outcome) const {
        std::size_t found = 0;
        for (const Case& one : cases) found += one.outcome == outcome ? 1 : 0;
        return found;
    }
};

Suite threshold_suite(std::span<const Judged> thresholds) {
    Suite suite{"loadgen.thresholds", {}};
    for (const Judged& one : thresholds) {
        const char* outcome = one.verdict == Verdict::held     ? ""
                              : one.verdict == Verdict::failed ? "failure"
                                                               : "error";
        suite.cases.push_back({one.threshold.text, outcome, one.text});
    }
    return suite;
}

/// What only slowed the trial passes, with a word: such a trial counts.
Suite rule_suite(const Result& r) {
    Suite suite{"loadgen.rules", {}};
    for (const Finding& f : r.rules) {
        if (!f.applies) continue;
        const std::string of = f.of;
        const bool fails = f.broken() && f.effect == Effect::wrong;
        const char* outcome = fails ? "failure" : f.judged() ? "" : "skipped";
        const std::string text =
            f.judged() ? f.text : "not judged: the system does not say, or there was too little";
        suite.cases.push_back({f.rule + (of.empty() ? of : " of " + of), outcome, text});
    }
    return suite;
}

void write(std::string& out, const Case& one, const char* suite) {
    out += "    <testcase classname=\"" + std::string{suite} + "\" name=\"" + xml_text(one.name) +
           "\" time=\"0\"";
    if (one.text.empty()) {
        out += "/>\n";
    } else if (one.outcome.empty()) {
        out += ">\n      <system-out>" + xml_text(one.text) + "</system-out>\n    </testcase>\n";
    } else {
        out += ">\n      <" + one.outcome + " message=\"" + xml_text(one.text) + "\"/>\n    </testcase>\n";
    }
}

void write(std::string& out, const Suite& suite, double seconds) {
    char numbers[160];
    std::snprintf(numbers, sizeof numbers,
                  "tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\" time=\"%.3f\"",
                  suite.cases.size(), suite.count("failure"), suite.count("error"), suite.count("skipped"),
                  seconds);
    out += "  <testsuite name=\"" + std::string{suite.name} + "\" " + numbers + ">\n";
    for (const Case& one : suite.cases) write(out, one, suite.name);
    out += "  </testsuite>\n";
}

}  // namespace

std::string to_junit(const Result& result, std::span<const Judged> thresholds) {
    std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"loadgen\">\n";
    write(out, threshold_suite(thresholds), 0);
    write(out, rule_suite(result), result.window.seconds);
    return out + "</testsuites>\n";
}

}  // namespace pushbench::loadgen
