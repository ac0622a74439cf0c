#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace pushbench::contract {

/// How long a test waits for something that must happen. Only a broken server ever takes this long.
inline constexpr std::chrono::milliseconds kPatience{10'000};

/// A sanitizer keeps what was freed, and cannot look at memory when it is out of files: how much a server
/// holds is then not the server's doing.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

/// Waits until `condition` holds. False if it never did.
bool eventually(const std::function<bool()>& condition, std::chrono::milliseconds patience = kPatience);

/// A child process whose output can be read while it runs. It dies with the test, whatever happens.
class Process {
 public:
    explicit Process(const std::vector<std::string>& command);
    ~Process();
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    pid_t pid() const { return pid_; }
    void signal(int number) const;
    /// The exit code, or 128 + signal; empty if it still runs when patience ends.
    std::optional<int> wait_exit(std::chrono::milliseconds patience = kPatience);
    bool running();

    std::string output() const;
    std::string errors() const;
    std::size_t resident_bytes() const;
    double cpu_seconds() const;

 private:
    int output_ = -1;
    int errors_ = -1;
    pid_t pid_ = -1;
    std::optional<int> exit_code_;
};

/// A file that goes when the test ends.
class TemporaryFile {
 public:
    TemporaryFile(const std::string& text, mode_t mode);
    ~TemporaryFile();
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    const std::string& path() const { return path_; }

 private:
    std::string path_;
};

/// A running server, found through the line it prints.
class ServerProcess : public Process {
 public:
    /// Throws when it does not say where it listens.
    explicit ServerProcess(const std::vector<std::string>& command);

    std::uint16_t port() const { return port_; }
    std::uint16_t admin_port() const { return admin_port_; }  ///< 0: it has none

 private:
    std::uint16_t port_ = 0;
    std::uint16_t admin_port_ = 0;
};

}  // namespace pushbench::contract
