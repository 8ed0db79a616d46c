// The sections [mail] and [drop] of subscriptions.toml, as ways.
//
// Shape    [mail] server = "smtp://mail.kreis.example:587", from = "kreislauf@kreis.example"; from_name, contact, domains,
//          user, password_file, ca_file; tls = "required" (default) or "try"
//          [drop] folder = "/srv/ablage"; logins, known_hosts, ca_file; plain_http = "yes" for http:// in one's own network
// Errors   Error malformed naming section, key and what is expected; a section that is not there makes no way
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "gateway/harmonize/territory/register.hpp"
#include "gateway/subscribe/settings.hpp"
#include "gateway/subscribe/way.hpp"

namespace gateway::subscribe {

struct WaySurroundings {
    std::string store;    ///< directory
    std::string service;  ///< folder of the service, with its saved queries
    std::string data;     ///< folder with mappings/
    std::string mappings; ///< folder
    std::string public_url;
    harmonize::territory::Register const* areas = nullptr;
    std::function<bool(std::string_view)> withholds = {}; ///< of mails: datasets that are not public
    std::function<UnixTime()> now = {};
};

void add_ways(Ways& ways, WaySettings const& settings, WaySurroundings const& around);

} // namespace gateway::subscribe
