// A URL is refused with one line, or means the same when it is written once more; and nothing in it can add a
// line to a request. So does what a Location leads to.
#include "loadgen/wire/url.hpp"

#include "loadgen/wire/failure.hpp"
#include "pieces.hpp"

namespace pushbench::fuzz {
namespace {

void check(const loadgen::Url& url) {
    const std::string text = url.text();
    const std::string sent = url.path_and_query + url.authority();
    for (const char c : sent)
        must_hold(static_cast<unsigned char>(c) > ' ' && c != '\x7F', "no spaces, no controls");
    must_be_same(text, loadgen::parse_url(text).text());
    must_be_same(url.path_and_query, loadgen::parse_url(text).path_and_query);
}

template <class Make>
void check_or_refused(Make make) {
    try {
        check(make());
    } catch (const loadgen::Failure& failure) {
        must_hold(std::string_view{failure.what()}.find('\n') == std::string_view::npos,
                  "a failure is one line");
    }
}

}  // namespace
}  // namespace pushbench::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace pushbench;
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    static const loadgen::Url base = loadgen::parse_url("http://[::1]:8080/a/b?c");
    fuzz::check_or_refused([&] { return loadgen::parse_url(text); });
    fuzz::check_or_refused([&] { return loadgen::join_url(base, text); });
    return 0;
}
