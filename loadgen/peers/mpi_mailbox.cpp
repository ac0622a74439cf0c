// The only file that knows MPI: a module of its own, loaded where a launcher has started several processes.
#include <mpi.h>

#include <climits>
#include <cstdlib>
#include <list>
#include <string>
#include <utility>

#include "loadgen/peers/mpi_module.hpp"

namespace pushbench::loadgen {
namespace {

class MpiMailbox final : public Mailbox {
 public:
    MpiMailbox() {
        int given = 0;
        MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &given);
        // Where one of the others is gone, whoever asks it notices by itself.
        MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
        MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
        MPI_Comm_size(MPI_COMM_WORLD, &size_);
    }

    [[nodiscard]] std::uint32_t rank() const override { return static_cast<std::uint32_t>(rank_); }
    [[nodiscard]] std::uint32_t size() const override { return static_cast<std::uint32_t>(size_); }

    void send(std::uint32_t to, std::string bytes) override {
        if (bytes.size() > INT_MAX) return;  // as good as lost, and 2 GiB of one trial there are not
        Outgoing& out = outgoing_.emplace_back();
        out.bytes = std::move(bytes);
        MPI_Isend(out.bytes.data(), static_cast<int>(out.bytes.size()), MPI_BYTE, static_cast<int>(to), 0,
                  MPI_COMM_WORLD, &out.request);
    }

    [[nodiscard]] std::optional<Parcel> receive() override {
        forget_what_is_gone();
        if (!incoming_under_way_ && !begin_to_receive()) return std::nullopt;
        int done = 0;
        MPI_Test(&incoming_request_, &done, MPI_STATUS_IGNORE);
        if (done == 0) return std::nullopt;
        incoming_under_way_ = false;
        return std::exchange(incoming_, Parcel{});
    }

    void close() override {
        for (Outgoing& out : outgoing_) MPI_Wait(&out.request, MPI_STATUS_IGNORE);
        outgoing_.clear();
        MPI_Finalize();
    }

 private:
    struct Outgoing {
        std::string bytes;
        MPI_Request request = MPI_REQUEST_NULL;
    };

    void forget_what_is_gone() {
        outgoing_.remove_if([](Outgoing& out) {
            int done = 0;
            MPI_Test(&out.request, &done, MPI_STATUS_IGNORE);
            return done != 0;
        });
    }
    /// A long parcel comes in pieces, and its sender may die between two of them: so nothing waits for it.
    bool begin_to_receive() {
        int there = 0;
        MPI_Message message = MPI_MESSAGE_NULL;
        MPI_Status status{};
        MPI_Improbe(MPI_ANY_SOURCE, 0, MPI_COMM_WORLD, &there, &message, &status);
        if (there == 0) return false;
        int bytes = 0;
        MPI_Get_count(&status, MPI_BYTE, &bytes);
        incoming_.from = static_cast<std::uint32_t>(status.MPI_SOURCE);
        incoming_.bytes.resize(static_cast<std::size_t>(bytes));
        MPI_Imrecv(incoming_.bytes.data(), bytes, MPI_BYTE, &message, &incoming_request_);
        incoming_under_way_ = true;
        return true;
    }

    int rank_ = 0;
    int size_ = 1;
    std::list<Outgoing> outgoing_;
    Parcel incoming_;
    MPI_Request incoming_request_ = MPI_REQUEST_NULL;
    bool incoming_under_way_ = false;
};

}  // namespace
}  // namespace pushbench::loadgen

extern "C" pushbench::loadgen::Mailbox* pushbench_open_mailbox();
extern "C" pushbench::loadgen::Mailbox* pushbench_open_mailbox() {
    return new pushbench::loadgen::MpiMailbox{};
}
