// Publisher: who runs this service and answers for its catalogue, as DCAT-AP.de wants to know it.
//
// File     catalog.toml in the service's folder, all of it optional:
//            publisher = "Landkreis Goslar"            name = of the office that publishes the catalogue
//            homepage = "https://www.example.de/"
//            email = "statistik@example.de"            or contact_url = "https://www.example.de/kontakt"
//            contributor = "http://dcat-ap.de/def/contributors/..."   given by GovData to whom it harvests
// Errors   Error malformed naming file, line, key and value
#pragma once

#include <string>
#include <string_view>

namespace gateway::serve::api {

struct Publisher {
    std::string name = "Kreislauf";
    std::string homepage = {}; ///< empty = the start page of the service
    std::string email = {};
    std::string contact_url = {}; ///< empty, and no email = the homepage
    std::string contributor = {}; ///< empty = GovData does not harvest this catalogue

    /// No file means the defaults.
    static Publisher load(std::string const& path);
    static Publisher parse(std::string_view text, std::string const& name);
};

} // namespace gateway::serve::api
