#include <charconv>
#include <utility>

#include "adapters/sdmx/structure_ml.hpp"

namespace adapters::sdmx {
namespace {

Reference map_self(XmlStream& xml, std::string kind) {
    return {std::move(kind),
            std::string{xml.value_of("agencyID")},
            std::string{xml.value_of("id")},
            std::string{xml.value_of("version")},
            {}};
}

std::optional<unsigned> index_of(XmlStream& xml, std::string_view attribute) {
    auto const text = xml.value_of(attribute);
    if (text.empty()) return std::nullopt;
    unsigned value = 0;
    auto const [stop, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (fault != std::errc{} || stop != text.data() + text.size())
        xml.fail(Errc::malformed, std::string{attribute} + " '" + std::string{text} + "' is not a number");
    return value;
}

} // namespace

void read_representation_map(XmlStream& xml, Structures& into) {
    RepresentationMap map;
    map.self = map_self(xml, "RepresentationMap");
    each_child(xml, [&](std::string const& child) {
        if (child == "SourceCodelist" || child == "SourceValuelist") {
            map.source_types.push_back(take_reference(xml).text());
        } else if (child == "TargetCodelist" || child == "TargetValuelist") {
            map.target_types.push_back(take_reference(xml).text());
        } else if (child == "SourceDataType") {
            map.source_types.push_back(trimmed(xml.take_text()));
        } else if (child == "TargetDataType") {
            map.target_types.push_back(trimmed(xml.take_text()));
        } else if (child == "RepresentationMapping") {
            MapRow row;
            row.valid_from = xml.value_of("validFrom");
            row.valid_to = xml.value_of("validTo");
            auto const place = xml.position();
            each_child(xml, [&](std::string const& part) {
                if (part == "SourceValue") {
                    MapRow::Source source;
                    source.is_regex = xml.value_of("isRegEx") == "true";
                    source.start = index_of(xml, "startIndex");
                    source.end = index_of(xml, "endIndex");
                    source.value = xml.take_text();
                    row.sources.push_back(std::move(source));
                } else if (part == "TargetValue") {
                    row.targets.push_back(xml.take_text());
                } else {
                    xml.skip();
                }
            });
            if (row.sources.size() != map.source_types.size() ||
                row.targets.size() != map.target_types.size())
                xml.fail(Errc::malformed, "the mapping in line " + std::to_string(place.line) + " has " +
                                              std::to_string(row.sources.size()) + " source and " +
                                              std::to_string(row.targets.size()) + " target values where " +
                                              map.self.text() + " announces " +
                                              std::to_string(map.source_types.size()) + " and " +
                                              std::to_string(map.target_types.size()));
            map.rows.push_back(std::move(row));
        } else {
            xml.skip();
        }
    });
    into.representation_maps.push_back(std::move(map));
}

void read_structure_map(XmlStream& xml, Structures& into) {
    StructureMap map;
    map.self = map_self(xml, "StructureMap");
    each_child(xml, [&](std::string const& child) {
        if (child == "Source") {
            map.source = take_reference(xml);
        } else if (child == "Target") {
            map.target = take_reference(xml);
        } else if (child == "ComponentMap") {
            auto& component = map.components.emplace_back();
            each_child(xml, [&](std::string const& part) {
                if (part == "Source")
                    component.sources.push_back(trimmed(xml.take_text()));
                else if (part == "Target")
                    component.targets.push_back(trimmed(xml.take_text()));
                else if (part == "RepresentationMap")
                    component.representation = take_reference(xml).text();
                else
                    xml.skip();
            });
        } else if (child == "FixedValueMap") {
            auto& fixed = map.fixed.emplace_back();
            each_child(xml, [&](std::string const& part) {
                auto text = trimmed(xml.take_text());
                if (part == "Value") {
                    fixed.value = std::move(text);
                } else {
                    fixed.is_source = part == "Source";
                    fixed.component = std::move(text);
                }
            });
        } else if (child == "DatePatternMap") {
            auto& date = map.dates.emplace_back();
            date.pattern = xml.value_of("sourcePattern");
            date.locale = xml.value_of("locale");
            date.resolve = xml.value_of("resolvePeriod");
            each_child(xml, [&](std::string const& part) {
                auto text = trimmed(xml.take_text());
                if (part == "Source")
                    date.source = std::move(text);
                else if (part == "Target")
                    date.target = std::move(text);
                else if (part == "TargetFrequencyID")
                    date.frequency = std::move(text);
                else if (part == "FrequencyDimension")
                    date.frequency_dimension = std::move(text);
            });
        } else {
            if (child == "EpochMap")
                into.issues.push_back({Errc::unknown_code, Severity::warning, xml.position(),
                                       "EpochMap of " + map.self.text() +
                                           " is not used: counts of seconds are no "
                                           "time of official statistics",
                                       "name the periods in a DatePatternMap", 1});
            xml.skip();
        }
    });
    into.structure_maps.push_back(std::move(map));
}

} // namespace adapters::sdmx
