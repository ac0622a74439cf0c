#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "loadgen/wire/failure.hpp"

namespace pushbench::loadgen {

/// What goes from one rank to another. All ranks are one program on one kind of processor (see Star), so
/// plain values go as they lie in memory.
using Bytes = std::string;

template <class T, class Porter>
concept Carried = requires(T& value, Porter& porter) {
    value.carry(porter);
};

/// Both directions in one: a class says once, in `carry()`, what there is of it to bring over.
template <class Direction>
class Porter {
 public:
    template <class... T>
    void all(T&... values) {
        (one(values), ...);
    }
    /// Counts most of which are 0.
    void sparse(std::vector<std::uint64_t>& counts) {
        std::vector<std::pair<std::uint32_t, std::uint64_t>> filled;
        if constexpr (Direction::packs)
            for (std::size_t i = 0; i != counts.size(); ++i)
                if (counts[i] != 0) filled.emplace_back(static_cast<std::uint32_t>(i), counts[i]);
        one(filled);
        if constexpr (!Direction::packs)
            for (const auto& [slot, count] : filled) counts.at(slot) = count;
    }

 private:
    template <class T>
    void one(T& value) {
        if constexpr (Carried<T, Porter>) {
            value.carry(*this);
        } else {
            static_assert(std::is_trivially_copyable_v<T>, "it needs a carry()");
            static_cast<Direction*>(this)->plain(&value, sizeof value);
        }
    }
    void one(std::string& text) {
        text.resize(length(text.size(), 1));
        static_cast<Direction*>(this)->plain(text.data(), text.size());
    }
    template <class T>
    void one(std::vector<T>& values) {
        values.resize(length(values.size(), std::is_trivially_copyable_v<T> ? sizeof(T) : 1));
        if constexpr (std::is_trivially_copyable_v<T> && !Carried<T, Porter>)
            static_cast<Direction*>(this)->plain(values.data(), values.size() * sizeof(T));
        else
            for (T& value : values) one(value);
    }
    void one(std::vector<bool>& values) {
        values.resize(length(values.size(), 1));
        for (auto&& bit : values) {  // which has no address
            bool value = bit;
            one(value);
            bit = value;
        }
    }
    template <class A, class B>
    void one(std::pair<A, B>& both) {
        all(both.first, both.second);
    }
    template <class T>
    requires(!std::is_trivially_copyable_v<T>) void one(std::optional<T>& value) {
        bool there = value.has_value();
        one(there);
        if (there && !value) value.emplace();
        if (there) one(*value);
    }
    /// Of what follows, which takes so many bytes each at the least: what cannot be there is not made room
    /// for.
    std::size_t length(std::size_t length, std::size_t least_bytes) {
        std::uint64_t number = length;
        one(number);
        if constexpr (!Direction::packs) static_cast<Direction*>(this)->check(number, least_bytes);
        return number;
    }
};

class Packer : public Porter<Packer> {
 public:
    static constexpr bool packs = true;
    void plain(const void* value, std::size_t bytes) {
        if (bytes != 0) bytes_.append(static_cast<const char*>(value), bytes);
    }
    [[nodiscard]] Bytes take() { return std::move(bytes_); }

 private:
    Bytes bytes_;
};

class Unpacker : public Porter<Unpacker> {
 public:
    static constexpr bool packs = false;
    explicit Unpacker(std::string_view bytes) : rest_{bytes} {}
    void plain(void* value, std::size_t bytes) {
        check(bytes, 1);
        if (bytes != 0) std::memcpy(value, rest_.data(), bytes);
        rest_.remove_prefix(bytes);
    }
    void check(std::uint64_t number, std::size_t each_bytes) const {
        if (number > rest_.size() / each_bytes) throw Failure("what a rank sent is cut short");
    }
    [[nodiscard]] std::string_view rest() const { return rest_; }

 private:
    std::string_view rest_;
};

template <class... T>
Bytes packed(T... values) {
    Packer packer;
    packer.all(values...);
    return packer.take();
}

template <class T>
T unpacked(std::string_view bytes) {
    T value{};
    Unpacker{bytes}.all(value);
    return value;
}

}  // namespace pushbench::loadgen
