// What the programs here do with libnats: its handles end with their owners, and its errors are exceptions.
#pragma once

#include <nats/nats.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace pushbench {

/// Ends a handle by the function that its library has for it.
template <auto Destroy>
struct Ends {
    template <class Handle>
    void operator()(Handle* handle) const {
        Destroy(handle);
    }
};
using NatsOptions = std::unique_ptr<natsOptions, Ends<natsOptions_Destroy>>;
using NatsConnection = std::unique_ptr<natsConnection, Ends<natsConnection_Destroy>>;
using NatsMessage = std::unique_ptr<natsMsg, Ends<natsMsg_Destroy>>;
using JetStream = std::unique_ptr<jsCtx, Ends<jsCtx_Destroy>>;

/// Throws std::runtime_error with one line unless all is well.
inline void check(natsStatus status, const std::string& what) {
    if (status != NATS_OK) throw std::runtime_error(what + ": " + natsStatus_GetText(status));
}

/// One connection, whose messages leave at once, and which are all delivered by one thread.
inline NatsConnection connect_to(const std::string& url) {
    natsOptions* options = nullptr;
    check(natsOptions_Create(&options), "libnats");
    const NatsOptions owned{options};
    check(natsOptions_SetURL(options, url.c_str()), url);
    check(natsOptions_SetSendAsap(options, true), url);
    check(natsOptions_UseGlobalMessageDelivery(options, true), url);
    natsConnection* connection = nullptr;
    check(natsConnection_Connect(&connection, options), url);
    return NatsConnection{connection};
}

}  // namespace pushbench
