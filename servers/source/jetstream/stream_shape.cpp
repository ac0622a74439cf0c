#include "source/jetstream/stream_shape.hpp"

#include "source/jetstream/subject.hpp"

namespace pushbench::jetstream {

std::string problem_of(const std::string& stream, const StreamShape& shape) {
    const std::string bad = "stream '" + stream + "' ";
    const std::string right = "expected one subject such as '" + stream + ".*'";
    if (!shape.keeps_to_limits)
        return bad + "has a retention by which messages go once they are read; expected 'limits'";
    if (shape.is_mirror) return bad + "is fed by other streams; expected one that is published to";
    if (shape.is_sealed) return bad + "is sealed; expected one that can be published to";
    if (shape.subjects.size() != 1)
        return bad + "has " + std::to_string(shape.subjects.size()) + " subjects; " + right;
    const std::string& subject = shape.subjects.front();
    if (!prefix_of(subject)) return bad + "has the subject '" + subject + "'; " + right;
    if (captures(subject, publish_prefix(stream) + ".topic"))
        return bad + "has the subject '" + subject + "', by which it would store what is asked of servers; " +
               right;
    return {};
}

}  // namespace pushbench::jetstream
