#include "loadgen/command/company.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "loadgen/command/interrupt.hpp"
#include "loadgen/command/options.hpp"
#include "loadgen/peers/launcher.hpp"
#include "loadgen/peers/star.hpp"

namespace pushbench::loadgen {
namespace {

std::optional<Launched> by_launcher() {
    return launched([](const char* name) -> const char* { return std::getenv(name); });
}

/// What all ranks would say alike is said once.
void be_silent() {
    const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (nowhere < 0) return;
    dup2(nowhere, STDOUT_FILENO);
    close(nowhere);
}

/// To the bit: what ranks send each other lies in memory as one compiler has laid it out.
std::string this_program() {
    std::ifstream file{"/proc/self/exe", std::ios::binary};
    std::uint64_t hash = 0xCBF29CE484222325U;  // FNV-1a
    for (auto at = std::istreambuf_iterator<char>{file}; at != std::istreambuf_iterator<char>{}; ++at)
        hash = (hash ^ static_cast<unsigned char>(*at)) * 0x100000001B3U;
    char text[32];
    std::snprintf(text, sizeof text, ", build %08x", static_cast<unsigned>(hash ^ (hash >> 32U)));
    return program_name() + text;
}

}  // namespace

bool keeps_silent() {
    const auto launch = by_launcher();
    return launch && launch->rank != 0;
}

std::unique_ptr<Peers> find_peers(int argc, const char* const* argv) {
    const auto launch = by_launcher();
    if (!launch) return std::make_unique<Alone>();
    if (launch->rank != 0) be_silent();
    auto mailbox = open_mailbox(*launch);
    if (mailbox->size() == 1) {
        mailbox->close();
        return std::make_unique<Alone>();
    }
    catch_interrupts();  // from now on a signal ends a trial, and the processes one after another
    const Hello hello{this_program(), {argv + 1, argv + argc}, this_host()};
    return std::make_unique<Star>(
        std::move(mailbox), hello, [] { return Signals{}.asked_to_end(); }, Star::Patience{});
}

void check_shares(const Settings& settings, const Peers& peers) {
    if (peers.size() == 1) return;
    const std::string ranks = std::to_string(peers.size()) + " ranks";
    if (settings.connections < peers.size())
        throw Misfit(
            ranks + " for " + std::to_string(settings.connections) +
            " --connections would leave some without a client; start fewer ranks, or give more clients");
    if (settings.publish.by_clients)
        throw Misfit("--publish-by-clients is for one process, and these are " + ranks +
                     "; start it alone, or publish with --publish or --admin");
}

}  // namespace pushbench::loadgen
