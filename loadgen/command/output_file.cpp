#include "loadgen/command/output_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <string_view>

#include "loadgen/wire/failure.hpp"

namespace pushbench::loadgen {
namespace {

std::string folder_of(const std::string& path) {
    const auto slash = path.rfind('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

bool is_folder(const std::string& path) {
    struct stat found {};
    return stat(path.c_str(), &found) == 0 && S_ISDIR(found.st_mode);
}

/// 0, or the error number.
int write_all(int fd, std::string_view text) {
    while (!text.empty()) {
        const auto written = write(fd, text.data(), text.size());
        if (written > 0)
            text.remove_prefix(static_cast<std::size_t>(written));
        else if (written < 0 && errno != EINTR)
            return errno;
    }
    return 0;
}

/// Some file systems say only then that there was no room.
int close_file(int fd) {
    return close(fd) == 0 ? 0 : errno;
}

int write_file(const std::string& path, std::string_view text) {
    const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0) return errno;
    const int error = write_all(fd, text);
    const int late_error = close_file(fd);
    return error != 0 ? error : late_error;
}

/// 0, or the error number. Rights do not tell all: root has them in /proc too, and no file can be made there.
int try_to_make(const std::string& path) {
    const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0) return errno == EEXIST ? 0 : errno;
    close_file(fd);
    unlink(path.c_str());
    return 0;
}

bool say(const std::string& what, int error) {
    if (error == 0) return true;
    std::cerr << "loadgen: " << what << " cannot be written: " << std::strerror(error) << '\n';
    return false;
}

}  // namespace

void check_writable(const char* option, const std::string& path) {
    if (path.empty() || path == standard_output) return;
    const auto refuse = [&](const std::string& why) {
        throw Failure(std::string{option} + " '" + path + "' cannot be written: " + why);
    };
    if (is_folder(path)) refuse("it is a folder; name a file in it");
    if (access(path.c_str(), F_OK) == 0) {
        if (access(path.c_str(), W_OK) != 0) refuse(std::strerror(errno));
        return;
    }
    const std::string folder = folder_of(path);
    if (!is_folder(folder)) refuse("there is no folder '" + folder + "'");
    if (access(folder.c_str(), W_OK | X_OK) != 0) refuse("folder '" + folder + "': " + std::strerror(errno));
    if (const int error = try_to_make(path); error != 0)
        refuse("folder '" + folder + "': " + std::strerror(error));
}

bool same_file(const std::string& one, const std::string& other) {
    namespace fs = std::filesystem;
    if (one.empty() || other.empty() || one == standard_output || other == standard_output) return false;
    std::error_code unknown;
    if (fs::exists(one, unknown) && !fs::is_regular_file(one, unknown)) return false;
    const fs::path first = fs::weakly_canonical(one, unknown);
    return !first.empty() && first == fs::weakly_canonical(other, unknown);
}

bool write_output(const char* option, const std::string& path, const std::string& text) {
    if (path.empty()) return true;
    if (path == standard_output)
        return say(std::string{option} + " to standard output", write_all(STDOUT_FILENO, text));
    return say(std::string{option} + " '" + path + "'", write_file(path, text));
}

bool write_summary(const std::string& text, bool output_is_taken) {
    return say("the summary", write_all(output_is_taken ? STDERR_FILENO : STDOUT_FILENO, text));
}

void keep_standard_streams() {
    for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (fcntl(fd, F_GETFD) >= 0) continue;
        // The lowest free number is this one. To read only, so that a write says that nobody gets it.
        (void)open("/dev/null", fd == STDERR_FILENO ? O_WRONLY : O_RDONLY);
    }
}

}  // namespace pushbench::loadgen
