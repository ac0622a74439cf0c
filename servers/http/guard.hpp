#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "http/head.hpp"
#include "http/refusal.hpp"

namespace pushbench {

/// Who may ask, judged by a request's head, before its body is read.
struct Guard {
    std::vector<std::string> hosts;  ///< names besides addresses and localhost; `*` for any
    bool keeps_pages_out = false;    ///< nothing is served to a page of another origin
    std::string token;               ///< to be shown as `Authorization: Bearer`; empty: none is asked for
};

MayRefuse check(const Guard& guard, const RequestHead& head);

}  // namespace pushbench
