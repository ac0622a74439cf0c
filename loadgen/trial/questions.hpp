#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
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

/// The place of a function among all is its number. It is found by the type of its question: with sanitizers,
/// g++ 12 takes no comparison of two functions for a constant.
template <auto... functions>
struct QuestionList {
    static constexpr std::array answers = {Question<functions>::answer...};

    template <auto function>
    static constexpr std::size_t place() {
        constexpr std::array is_it = {std::is_same_v<Question<function>, Question<functions>>...};
        return static_cast<std::size_t>(std::find(is_it.begin(), is_it.end(), true) - is_it.begin());
    }
};

/// All that can be asked.
using Questions =
    QuestionList<&Rank::take_memory, &Rank::sample_before, &Rank::start, &Rank::status, &Rank::trouble,
                 &Rank::heard, &Rank::end_connecting, &Rank::clear_records, &Rank::begin_counting,
                 &Rank::lower_starts, &Rank::raise_heads, &Rank::behind, &Rank::heard_topics, &Rank::silent,
                 &Rank::expected, &Rank::missing, &Rank::prepare_window, &Rank::begin_window,
                 &Rank::end_window, &Rank::begin_behaving, &Rank::end_churn, &Rank::say_goodbye,
                 &Rank::still_open, &Rank::finish>;

inline constexpr auto& questions = Questions::answers;

template <auto function>
constexpr std::uint8_t number_of() {
    constexpr std::size_t place = Questions::place<function>();
    static_assert(place < questions.size(), "it is missing above");
    return static_cast<std::uint8_t>(place);
}

}  // namespace pushbench::loadgen
