#pragma once

#include <string_view>

#include "loadgen/dialects/dialect.hpp"

namespace pushbench::loadgen {

/// A header field from its name and value template. Throws Failure for a name that is no token (RFC 9110
/// §5.6.2), a value with a line end, and for those that only the load generator itself can get right.
HeaderTemplate header_template(std::string_view name, std::string_view value, Template::Names names);

/// The same from "Name: value", as --header has it.
HeaderTemplate parse_header_template(std::string_view line, Template::Names names);

/// Whether one of them has this name, whatever its case.
bool has_header(const std::vector<HeaderTemplate>& headers, std::string_view name);

/// Authorization and Cookie are not for another host that a redirect leads to (WHATWG Fetch, HTTP-redirect
/// fetch).
enum class Secrets : std::uint8_t { said, left_out };

/// Each as a line of a request's head. One that names values, all of which are empty, is left out: a client
/// without a token says no "Authorization: Bearer ".
void append_headers(const std::vector<HeaderTemplate>& headers, const TemplateValues& values,
                    std::string& out, Secrets secrets = Secrets::said);

}  // namespace pushbench::loadgen
