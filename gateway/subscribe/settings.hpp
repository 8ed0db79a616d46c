// Settings of the ways, as the operator wrote them: STORE/subscriptions/subscriptions.toml.
//
// Shape    public_url = "https://daten.example.de"
//          [webhook] allow = ["10.20.0.0/16", "fd00:1::/32"]   networks that are not public and may be called
//                    plain_http = false                          http:// to these networks
//          [mail], [drop]: texts and lists of texts for the ways of these names
// Errors   Error malformed naming file, line, key and what is expected. No file: nothing but public receivers.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/subscribe/guard.hpp"

namespace gateway::subscribe {

struct WaySettings {
    std::string public_url; ///< without slash at the end
    std::vector<Network> allowed;
    bool plain_http = false;
    /// Section, key, values. What a key means, and which there are, is the way's to say.
    std::map<std::string, std::map<std::string, std::vector<std::string>>> sections;
};

WaySettings load_way_settings(std::string const& folder); ///< of the ledger
WaySettings parse_way_settings(std::string_view text, std::string const& name);

} // namespace gateway::subscribe
