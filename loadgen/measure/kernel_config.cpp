#include "loadgen/measure/kernel_config.hpp"

#include <sys/utsname.h>
#include <zlib.h>

#include <array>

namespace pushbench::loadgen {
namespace {

/// A file that is compressed or not: zlib passes on as it is what is no gzip.
std::string read_any(const std::string& path) {
    std::string text;
    gzFile file = gzopen(path.c_str(), "rb");
    if (file == nullptr) return text;
    std::array<char, 16 * 1024> piece{};
    for (int got = 0; (got = gzread(file, piece.data(), piece.size())) > 0;)
        text.append(piece.data(), static_cast<std::size_t>(got));
    gzclose(file);
    return text;
}

}  // namespace

std::string kernel_config() {
    utsname kernel{};
    uname(&kernel);
    const std::string release{kernel.release};
    for (const std::string& path :
         {std::string{"/proc/config.gz"}, "/boot/config-" + release, "/lib/modules/" + release + "/config"})
        if (std::string text = read_any(path); !text.empty()) return text;
    return {};
}

std::optional<bool> is_built_in(std::string_view config, std::string_view option) {
    if (config.empty()) return std::nullopt;
    return config.find("\n" + std::string{option} + "=y\n") != std::string_view::npos;
}

}  // namespace pushbench::loadgen
