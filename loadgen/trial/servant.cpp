// A process of several that does not lead: it has clients, and does what it is asked to.
#include <memory>
#include <optional>
#include <string>

#include "loadgen/trial/questions.hpp"
#include "loadgen/trial/trial.hpp"

namespace pushbench::loadgen {
namespace {

Bytes answer_to(const Bytes& question, Rank& rank) {
    Unpacker asked{question};
    std::uint8_t number = 0;
    asked.all(number);
    return questions.at(number)(rank, asked);
}

}  // namespace

void serve_trial(const Settings& settings, Peers& peers) {
    Result result;
    std::unique_ptr<Rank> rank;
    while (const auto question = peers.next_question()) {
        try {
            if (rank) {
                peers.answer(answer_to(*question, *rank));
                continue;
            }
            const Place place = unpacked<std::vector<Place>>(*question).at(peers.rank());
            rank = std::make_unique<Rank>(settings, place, nullptr, result);
            peers.answer({});
        } catch (const std::exception& error) {
            peers.refuse(error.what());
        }
    }
}

}  // namespace pushbench::loadgen
