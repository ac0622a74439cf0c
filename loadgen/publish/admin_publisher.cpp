#include "loadgen/publish/admin_publisher.hpp"

#include "loadgen/wire/failure.hpp"

namespace pushbench::loadgen {

AdminPublisher::~AdminPublisher() {
    try {
        AdminPublisher::stop();
    } catch (const Failure&) {
        // The server is gone, and its schedule with it; whoever ends this trial has said why.
    }
}

void AdminPublisher::start(const ScheduleOrder& order) {
    ordered_ = true;  // before: an order whose answer got lost may be running
    try {
        admin_.start(order);
    } catch (const AdminRefusal&) {
        ordered_ = false;  // what runs there is somebody else's, if anything does
        throw;
    }
}

void AdminPublisher::stop() {
    if (!ordered_) return;
    ordered_ = false;  // before: who does not answer now is not asked a second time
    admin_.stop();
}

ScheduleState AdminPublisher::state() {
    const ScheduleState state = admin_.schedule();
    if (!state.running) ordered_ = false;
    return state;
}

}  // namespace pushbench::loadgen
