#include "loadgen/peers/launcher.hpp"

#include <dlfcn.h>
#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <string_view>

#include "loadgen/peers/mpi_module.hpp"
#include "loadgen/peers/star.hpp"

namespace pushbench::loadgen {
namespace {

std::optional<std::uint32_t> number_in(const char* text) {
    if (text == nullptr) return std::nullopt;
    const std::string_view all{text};
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(all.data(), all.data() + all.size(), number);
    return error == std::errc{} && end == all.data() + all.size() ? std::optional{number} : std::nullopt;
}

/// MPI is 20 MB of libraries: no process has them in it that needs none.
std::filesystem::path module_path() {
    std::error_code none;
    return std::filesystem::read_symlink("/proc/self/exe", none).parent_path() / mpi_module_file;
}

std::string among(const std::optional<std::uint32_t>& size) {
    return size ? "one of " + std::to_string(*size) + " ranks" : std::string{"a rank"};
}

}  // namespace

std::optional<Launched> launched(const std::function<const char*(const char*)>& variable) {
    // Open MPI's mpirun, those of the MPICH family, and Slurm with PMIx.
    constexpr const char* names[][2] = {{"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"},
                                        {"PMI_RANK", "PMI_SIZE"},
                                        {"PMIX_RANK", "SLURM_NTASKS"}};
    for (const auto& [rank_name, size_name] : names) {
        const auto rank = number_in(variable(rank_name));
        if (!rank) continue;
        const auto size = number_in(variable(size_name));
        if (size == 1U) return std::nullopt;
        return Launched{*rank, size};
    }
    return std::nullopt;
}

std::unique_ptr<Mailbox> open_mailbox(const Launched& by_launcher) {
    const std::filesystem::path path = module_path();
    if (!std::filesystem::exists(path))
        throw Misfit(
            "an MPI launcher started this as " + among(by_launcher.size) +
            ", and this build has no MPI; install libopenmpi-dev and build again, or start it alone");
    // Of all symbols, since MPI loads modules of its own that look for them.
    void* module = dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL);
    const auto open =
        module == nullptr ? nullptr : reinterpret_cast<OpenMailbox>(dlsym(module, mpi_module_function));
    if (open == nullptr) throw Failure(std::string{"cannot load MPI: "} + dlerror());
    std::unique_ptr<Mailbox> mailbox{open()};
    if (by_launcher.size && mailbox->size() != *by_launcher.size)
        throw Misfit("the launcher started " + std::to_string(*by_launcher.size) + " ranks, and MPI sees " +
                     std::to_string(mailbox->size()) +
                     "; use the mpirun of the MPI that this was built with");
    return mailbox;
}

}  // namespace pushbench::loadgen
