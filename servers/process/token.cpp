#include "process/token.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>
#include <string_view>
#include <system_error>

namespace pushbench {
namespace {

constexpr std::size_t kMostBytes = 4096;

class File {
 public:
    explicit File(const std::string& path) : file_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
    ~File() {
        if (file_ >= 0) ::close(file_);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    int get() const { return file_; }

 private:
    int file_;
};

}  // namespace

std::string read_token(const std::string& path, const std::string& option) {
    if (path.empty()) return {};
    const auto bad = [&](const std::string& why) {
        return std::runtime_error{"bad " + option + " '" + path + "': " + why};
    };
    const File file{path};
    struct stat status {};
    if (file.get() < 0 || fstat(file.get(), &status) != 0)
        throw bad(std::generic_category().message(errno) + "; expected a file with the token in it");
    if (!S_ISREG(status.st_mode)) throw bad("no regular file; expected a file with the token in it");
    if ((status.st_mode & S_IRWXO) != 0)
        throw bad("open to every user of this machine; expected chmod 600, or 640 for a group");
    std::array<char, kMostBytes + 1> text;
    const ssize_t size = ::read(file.get(), text.data(), text.size());
    if (size < 0) throw bad(std::generic_category().message(errno));
    std::string_view token{text.data(), static_cast<std::size_t>(size)};
    constexpr std::string_view kBlanks = " \t\r\n";
    token.remove_prefix(std::min(token.find_first_not_of(kBlanks), token.size()));
    token = token.substr(0, token.find_last_not_of(kBlanks) + 1);
    const auto is_visible = [](char c) { return c > 0x20 && c < 0x7f; };
    if (token.empty()) throw bad("empty; expected a token, such as openssl rand -hex 32 makes");
    if (token.size() > kMostBytes - 1 || !std::all_of(token.begin(), token.end(), is_visible))
        throw bad("expected one word of visible ASCII, up to 4 KiB");
    return std::string{token};
}

}  // namespace pushbench
