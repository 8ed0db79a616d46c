#include "gateway/ingest/derived_flow.hpp"

#include <stdlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "gateway/core/error.hpp"
#include "gateway/feed/german.hpp"
#include "gateway/feed/rows.hpp"
#include "gateway/ingest/derived_fill.hpp"
#include "gateway/io/file.hpp"
#include "gateway/io/sha256.hpp"

namespace gateway::ingest {
namespace {

std::string scratch_folder() {
    auto name = (std::filesystem::temp_directory_path() / "kreislauf-derived-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
        throw Error{Errc::io, name + ": cannot make a folder for the derived flow (" + std::strerror(errno) +
                                  "); name another one in TMPDIR"};
    return name;
}

Observation stored_figure(store::Store const& derived, FigureId const& id, UnixTime received) {
    FigureQuery query;
    query.dataset = id.dataset;
    query.area = id.area_key;
    query.as_of = received;
    std::optional<Observation> found;
    FigureSet const figures{derived, query};
    figures.each([&](feed::SeriesRecord const& record) {
        if (record.indicator != id.indicator || area_key(record.area) != id.area_key) return;
        for (auto const& figure : record.observations)
            if (figure.period == id.period) found = figure;
    });
    if (!found)
        throw Error{Errc::not_found,
                    to_string(id) + ": '" + id.dataset +
                        "' has no such figure; area, codes and period are those of its answers"};
    return *found;
}

} // namespace

std::string derived_id(std::string_view base) {
    return std::string{base} + std::string{derived_suffix};
}

bool has_counties(store::Store const& store, std::vector<store::Label> const& labels) {
    return std::any_of(labels.begin(), labels.end(), [&store](store::Label const& label) {
        if (label.dimension != "AREA") return false;
        auto const numbers = store.find_areas(label.code);
        return std::any_of(numbers.begin(), numbers.end(),
                           [&store](store::AreaNo no) { return store.area(no).level == AreaLevel::county; });
    });
}

DatasetInfo derived_info(DatasetInfo base, std::int32_t day) {
    auto const date = feed::date_de(day);
    base.attribution =
        std::string{feed::credit_of(base)} + "; eigene Berechnung auf dem Gebietsstand " + date;
    base.title = (base.title.empty() ? base.id : base.title) + " (auf dem Gebietsstand " + date + ")";
    base.id = derived_id(base.id);
    return base;
}

std::optional<DatasetInfo> base_of_derived(store::Store const& store, std::string_view id) {
    if (!id.ends_with(derived_suffix) || store.dataset(id)) return std::nullopt;
    auto info = store.dataset(id.substr(0, id.size() - derived_suffix.size()));
    if (!info || !has_counties(store, store.labels(info->id, std::nullopt))) return std::nullopt;
    return info;
}

std::string derived_stamp(store::Store const& store, DatasetInfo const& base, TerritoryKnowledge& knowledge) {
    io::Sha256 sum;
    auto const add = [&sum](std::string_view text) {
        sum.update(std::to_string(text.size()));
        sum.update(":");
        sum.update(text);
    };
    auto const derived = derived_info(base, knowledge.atlas().latest());
    for (auto const* text : {&derived.id, &derived.title, &derived.attribution, &derived.licence,
                             &derived.table, &derived.statistic, &derived.frequency})
        add(*text);
    for (auto const& dimension : derived.dimensions) add(dimension);
    for (auto const& vintage : store.vintages(base.id))
        for (auto const number :
             {static_cast<std::int64_t>(vintage.no), vintage.received, vintage.published.value_or(-1),
              static_cast<std::int64_t>(vintage.kind), static_cast<std::int64_t>(vintage.recalled_by),
              static_cast<std::int64_t>(vintage.sealed),
              static_cast<std::int64_t>(vintage.added + vintage.revised),
              static_cast<std::int64_t>(vintage.deleted)})
            add(std::to_string(number));
    for (auto const& label : store.labels(base.id, std::nullopt)) {
        add(label.dimension);
        add(label.code);
        add(label.text);
    }
    for (auto const& file : knowledge.files()) {
        add(file.name);
        add(file.sha256);
    }
    constexpr std::size_t enough = 32;
    return sum.hex().substr(0, enough);
}

DerivedStore::DerivedStore(store::Store const& store, DatasetInfo const& base, TerritoryKnowledge& knowledge,
                           std::string const& folder) {
    auto const stamp = derived_stamp(store, base, knowledge);
    auto directory = folder + "/" + base.id + "/" + stamp;
    if (!io::file_exists(directory + "/store.sqlite")) {
        auto const day = knowledge.atlas().latest();
        scratch_ = scratch_folder();
        fill_derived(store, base, derived_info(base, day), knowledge, day, scratch_, stamp);
        directory = scratch_ + "/" + stamp;
    }
    store_ = store::open_sqlite(directory, true);
}

DerivedStore::~DerivedStore() {
    store_.reset();
    std::error_code ignored; // what is left in the temporary folder is the machine's to clear
    if (!scratch_.empty()) std::filesystem::remove_all(scratch_, ignored);
}

namespace {

UnixTime received_at(store::Store const& derived, FigureId const& id) {
    for (auto const& vintage : derived.vintages(id.dataset))
        if (vintage.no == id.vintage) return vintage.received;
    throw Error{Errc::not_found, to_string(id) + ": '" + id.dataset + "' has no vintage " +
                                     std::to_string(id.vintage) + "; the figures of today name theirs"};
}

} // namespace

FigureId published_id(store::Store const& store, DatasetInfo const& base, store::Store const& derived,
                      FigureId const& id, std::int32_t day) {
    auto made = id;
    made.dataset = base.id;
    made.vintage = store.vintage_at(base.id, received_at(derived, id));
    made.view = date_text(day);
    return made;
}

TerritorialExplanation explain_derived(Workshop& shop, TerritoryKnowledge& knowledge, DatasetInfo const& base,
                                       store::Store const& derived, FigureId const& id) {
    auto const figure = stored_figure(derived, id, received_at(derived, id));
    auto made = explain_territorial(shop, knowledge,
                                    published_id(shop.store, base, derived, id, knowledge.atlas().latest()));
    made.flow = FlowFigure{id, figure, made.recomputed && figure.same_content(made.recomputed->figure)};
    made.identical = made.identical && made.flow->identical;
    return made;
}

} // namespace gateway::ingest
