#include "loadgen/peers/host.hpp"

#include <unistd.h>

#include <array>
#include <fstream>

namespace pushbench::loadgen {
namespace {

std::string name_of_this() {
    std::array<char, 256> name{};
    return gethostname(name.data(), name.size() - 1) == 0 ? std::string{name.data()} : std::string{"?"};
}

std::string link_to(const char* path) {
    std::array<char, 64> text{};
    const ssize_t length = readlink(path, text.data(), text.size());
    return length > 0 ? std::string{text.data(), static_cast<std::size_t>(length)} : std::string{};
}

}  // namespace

Host this_host() {
    Host host;
    host.name = name_of_this();
    std::getline(std::ifstream{"/proc/sys/kernel/random/boot_id"}, host.boot);
    host.time_namespace = link_to("/proc/self/ns/time");
    return host;
}

}  // namespace pushbench::loadgen
