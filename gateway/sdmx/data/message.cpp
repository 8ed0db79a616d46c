#include "gateway/sdmx/data/message.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "gateway/sdmx/data/formats.hpp"

namespace gateway::sdmx::data {
namespace {

using common::ErrorCode;
using common::SdmxError;

struct Known {
    std::string_view id;
    char level;
};
constexpr std::array<Known, attribute_count> known{{{"OBS_STATUS", 'o'},
                                                    {"CONF_STATUS", 'o'},
                                                    {"PROTECTION", 'o'},
                                                    {"OBS_LO", 'o'},
                                                    {"OBS_HI", 'o'},
                                                    {"SRC_SIGN", 'o'},
                                                    {"MISSING_REASON", 'o'},
                                                    {"UNIT_MULT", 's'},
                                                    {"AREA_LIST", 's'},
                                                    {"AREA_LEVEL", 's'},
                                                    {"TERR_STATE", 'o'},
                                                    {"SOURCE_TABLE", 'd'},
                                                    {"VINTAGE", 'o'},
                                                    {"RETRIEVED", 'o'},
                                                    {"LICENCE", 'd'},
                                                    {"FIGURE_ID", 'o'}}};

void check(query::DatasetView const& view, MessageOptions const& options) {
    auto const& dimension = options.dimension_at_observation;
    if (dimension == "TIME_PERIOD" || dimension == "AllDimensions" || view.position(dimension)) return;
    std::string ids;
    for (auto const& id : view.dimensions()) ids += id + ", ";
    throw SdmxError{ErrorCode::semantic, "dimensionAtObservation: " + view.info.id + " has no dimension '" +
                                             dimension + "'; it has " + ids +
                                             "TIME_PERIOD, and there is "
                                             "AllDimensions"};
}

} // namespace

std::string_view id_of(Attribute attribute) noexcept {
    return known[static_cast<std::size_t>(attribute)].id;
}

Attributes attributes_at(char level) noexcept {
    constexpr auto bits_of = [](char wanted) {
        unsigned bits = 0;
        for (std::size_t i = 0; i < known.size(); ++i) bits |= known[i].level == wanted ? 1U << i : 0U;
        return bits;
    };
    constexpr unsigned observation = bits_of('o');
    constexpr unsigned series = bits_of('s');
    constexpr unsigned data_set = bits_of('d');
    return level == 'o' ? observation : level == 's' ? series : data_set;
}

Shown Shown::no_data() {
    return {attributes_at('s') | attributes_at('d'), false, false};
}

StoreLease lease_of(store::Store const& store) {
    // Points to the store and owns nothing.
    return [&store] { return std::shared_ptr<store::Store const>{std::shared_ptr<void>{}, &store}; };
}

std::unique_ptr<DataWriter> make_writer(StoreLease lease, query::DatasetViewPtr view,
                                        query::Selection selection, MessageOptions options) {
    check(*view, options);
    if (!options.sort.empty() && options.dimension_at_observation != "TIME_PERIOD" &&
        options.dimension_at_observation != "AllDimensions")
        throw SdmxError{ErrorCode::semantic,
                        "sort: cross sections (dimensionAtObservation=" + options.dimension_at_observation +
                            ") have an order of their own; leave dimensionAtObservation out, or ask for "
                            "AllDimensions"};
    if (!options.names) options.names = names_of(view);
    if (options.languages.empty()) options.languages = {"de"};
    // The bounds of a figure are two attributes that say one thing.
    auto& shown = options.shown.attributes;
    auto const low = static_cast<std::size_t>(Attribute::obs_lo);
    auto const high = static_cast<std::size_t>(Attribute::obs_hi);
    if (shown.test(low) || shown.test(high)) shown.set(low).set(high);
    switch (options.media.format) {
    case Format::generic21:
        return make_generic(std::move(lease), std::move(view), std::move(selection), std::move(options));
    case Format::specific21:
    case Format::specific30:
        return make_specific(std::move(lease), std::move(view), std::move(selection), std::move(options));
    case Format::json_draft:
    case Format::json10:
    case Format::json20:
        return make_json(std::move(lease), std::move(view), std::move(selection), std::move(options));
    case Format::csv10:
    case Format::csv20:
        return make_csv(std::move(lease), std::move(view), std::move(selection), std::move(options));
    }
    return nullptr;
}

bool is_empty(store::Store const& store, query::DatasetViewPtr const& view,
              query::Selection const& selection) {
    auto one = selection;
    one.limit = std::min<std::uint64_t>(1, selection.limit.value_or(1));
    for (auto const& part : query::parts_of(*view, one)) {
        query::Cursor cursor{view, one, part, {.periods_only = true, .counts_series = false, .order = {}}};
        bool is_found = false;
        auto const found = [&](query::Series const&) {
            is_found = true;
            return false;
        };
        while (!is_found && cursor.next(store, found)) {
        }
        if (is_found) return false;
    }
    return true;
}

std::string write_message(store::Store const& store, query::DatasetViewPtr view, query::Selection selection,
                          MessageOptions options) {
    auto const writer =
        make_writer(lease_of(store), std::move(view), std::move(selection), std::move(options));
    std::string out;
    while (writer->next(out)) {
    }
    return out;
}

} // namespace gateway::sdmx::data
