#include "adapters/sdmx/xml_walk.hpp"

namespace adapters::sdmx {

std::string trimmed(std::string_view text) {
    constexpr std::string_view blank = " \t\r\n";
    auto const first = text.find_first_not_of(blank);
    if (first == std::string_view::npos) return {};
    return std::string{text.substr(first, text.find_last_not_of(blank) - first + 1)};
}

Reference take_reference(XmlStream& xml) {
    Reference result;
    std::string urn;
    auto const inside = xml.depth();
    while (true) {
        auto const token = xml.next();
        if (token == XmlStream::Token::end && xml.depth() < inside) break;
        if (token == XmlStream::Token::text) urn += xml.text();
        if (token != XmlStream::Token::start) continue;
        auto const name = std::string{xml.local()};
        if (name == "Ref") {
            result.kind = xml.value_of("class");
            result.agency = xml.value_of("agencyID");
            result.id = xml.value_of("id");
            result.version = xml.value_of("version");
            // A reference to an item names its scheme beside it.
            if (auto const parent = xml.value_of("maintainableParentID"); !parent.empty()) {
                result.item = result.id;
                result.id = parent;
                result.version = xml.value_of("maintainableParentVersion");
            }
            xml.skip();
        } else if (name == "URN") {
            urn += xml.take_text();
        } else {
            xml.skip();
        }
    }
    if (result.id.empty()) result = parse_reference(urn);
    return result;
}

std::string version_of_namespace(std::string_view space) {
    constexpr std::string_view marker = "/schemas/v";
    auto const at = space.find(marker);
    bool const is_sdmx = space.find("sdmx.org/resources/") != std::string_view::npos ||
                         space.find("SDMX.org/resources/") != std::string_view::npos;
    if (!is_sdmx || at == std::string_view::npos) return {};
    std::string version{space.substr(at + marker.size())};
    version = version.substr(0, version.find('/'));
    for (auto& c : version)
        if (c == '_') c = '.';
    return version;
}

} // namespace adapters::sdmx
