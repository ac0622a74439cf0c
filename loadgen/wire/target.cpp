#include "loadgen/wire/target.hpp"

namespace pushbench::loadgen {

Target make_target(const Url& url, const TlsOptions& options) {
    Target target;
    target.url = url;
    target.addresses = resolve_all(url.host, url.port);
    target.authority = url.authority();
    target.tls_options = options;
    if (url.secure) target.tls = std::make_shared<TlsContext>(options);
    return target;
}

Channel Target::channel(int fd, Resume resume) const {
    return tls ? Channel{fd, tls->start(fd, url.host, resume)} : Channel{fd};
}

Target Target::redirected(std::string_view location) const {
    Target there;
    there.url = join_url(url, location);
    there.authority = there.url.authority();
    there.tls_options = tls_options;
    const bool same_host = there.url.host == url.host && there.url.port == url.port;
    there.addresses = same_host ? addresses : resolve_all(there.url.host, there.url.port);
    there.led = same_host && led != Led::elsewhere ? Led::on_the_same_host : Led::elsewhere;
    if (there.url.secure) there.tls = tls ? tls : std::make_shared<TlsContext>(tls_options);
    return there;
}

}  // namespace pushbench::loadgen
