#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <tuple>
#include <type_traits>

#include "loadgen/peers/porter.hpp"
#include "loadgen/trial/rank.hpp"

namespace pushbench::loadgen {

/// A function of Rank that is asked of another process: its number and its arguments go there, what it gives
/// comes back.
template <auto function>
struct Question;

template <class Gives, class... Arguments, Gives (Rank::*function)(Arguments...)>
struct Question<function> {
    using Answer = Gives;
    static Bytes answer(Rank& rank, Unpacker& asked) {
        std::tuple<std::decay_t<Arguments>...> arguments;
        std::apply([&](auto&... each) { asked.all(each...); }, arguments);
        return std::apply(
            [&](auto&... each) {
                Answer given = (rank.*function)(each...);
                Packer packer;
                packer.all(given);
                return packer.take();
            },
            arguments);
    }
};

/// All that can be asked. The place of one is its number.
inline constexpr std::array questions = {
    Question<&Rank::take_memory>::answer,    Question<&Rank::sample_before>::answer,
    Question<&Rank::start>::answer,          Question<&Rank::status>::answer,
    Question<&Rank::trouble>::answer,        Question<&Rank::heard>::answer,
    Question<&Rank::end_connecting>::answer, Question<&Rank::clear_records>::answer,
    Question<&Rank::begin_counting>::answer, Question<&Rank::lower_starts>::answer,
    Question<&Rank::raise_heads>::answer,    Question<&Rank::behind>::answer,
    Question<&Rank::heard_topics>::answer,   Question<&Rank::silent>::answer,
    Question<&Rank::expected>::answer,       Question<&Rank::missing>::answer,
    Question<&Rank::prepare_window>::answer, Question<&Rank::begin_window>::answer,
    Question<&Rank::end_window>::answer,     Question<&Rank::begin_behaving>::answer,
    Question<&Rank::end_churn>::answer,      Question<&Rank::say_goodbye>::answer,
    Question<&Rank::still_open>::answer,     Question<&Rank::finish>::answer,
};

template <auto function>
constexpr std::uint8_t number_of() {
    constexpr auto at = std::find(questions.begin(), questions.end(), &Question<function>::answer);
    static_assert(at != questions.end(), "it is missing above");
    return static_cast<std::uint8_t>(at - questions.begin());
}

}  // namespace pushbench::loadgen
