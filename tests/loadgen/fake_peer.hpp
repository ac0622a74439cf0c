#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <thread>

#include "loadgen/wire/socket.hpp"

namespace pushbench::loadgen {

/// One accepted connection of a FakePeer: blocking, over in seconds whatever happens.
class PeerConnection {
 public:
    explicit PeerConnection(int fd) : fd_{fd} {}
    ~PeerConnection();
    PeerConnection(const PeerConnection&) = delete;
    PeerConnection& operator=(const PeerConnection&) = delete;

    /// Reads on until the bytes so far end with `end`; gives them all. Empty if the other side closed first.
    std::string read_until(std::string_view end);
    void write(std::string_view bytes) const;
    [[nodiscard]] int fd() const { return fd_; }

 private:
    int fd_;
};

/// A server of a few lines for a test: runs `script` for each connection it accepts, one after the other.
class FakePeer {
 public:
    using Script = std::function<void(PeerConnection&, int number)>;
    explicit FakePeer(Script script);
    ~FakePeer();
    FakePeer(const FakePeer&) = delete;
    FakePeer& operator=(const FakePeer&) = delete;

    [[nodiscard]] Address address() const;

 private:
    int listener_;
    std::thread thread_;
};

}  // namespace pushbench::loadgen
