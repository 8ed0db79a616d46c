#include "gateway/serve/sdmx/derived_fill.hpp"

#include <filesystem>
#include <map>
#include <utility>
#include <vector>

#include "gateway/io/file.hpp"
#include "gateway/io/sha256.hpp"
#include "gateway/query/dataset_view.hpp"
#include "gateway/sdmx/common/error.hpp"

namespace gateway::serve::sdmx {
namespace {

namespace common = gateway::sdmx::common;

/// All of a vintage is in memory once: this is some 250 MB.
constexpr std::uint64_t most_figures = 4'000'000;

using SeriesOfLoad =
    std::map<std::pair<store::IndicatorNo, store::AreaNo>, std::vector<store::PackedObservation>>;

store::PackedObservation packed(store::Load& load, Observation const& one) {
    store::PackedObservation made;
    made.period = one.period;
    if (auto const number = one.value.number()) made.number = *number;
    made.state = load.state({one.value.reason(), one.quality});
    return made;
}

std::string left_out_text(derive::TerritorialView const& view) {
    std::string text;
    for (auto const& one : view.left_out())
        text += (text.empty() ? "" : "; ") + std::to_string(one.series) + " series of level " +
                std::string{name_of(one.level)} + ": " + one.why;
    return text;
}

class Filling {
  public:
    Filling(store::Store& target, DatasetInfo const& derived, std::int32_t day, std::string const& stamp)
        : target_(target), derived_(derived), day_(date_text(day)), stamp_(stamp) {}

    void add(store::VintageInfo const& vintage, derive::TerritorialView const& view) {
        Provenance provenance;
        provenance.source = "kreislauf";
        provenance.origin = "territory " + day_;
        provenance.received = vintage.received;
        store::LoadRequest request;
        request.dataset = derived_;
        request.document =
            target_.record_document(io::sha256_hex(stamp_ + " " + std::to_string(vintage.no)), 0, provenance);
        request.received = vintage.received;
        request.published = vintage.published;
        request.note = "vintage " + std::to_string(vintage.no) + " as published, on the areas of " + day_;
        auto const load = target_.begin(request);
        SeriesOfLoad series;
        std::uint64_t count = 0;
        view.each([&](feed::SeriesRecord const& record) {
            auto& kept = series[{load->indicator(record.indicator), load->area(record.area)}];
            kept.reserve(record.observations.size());
            for (auto const& one : record.observations) kept.push_back(packed(*load, one));
            count += record.observations.size();
            if (count > most_figures) too_large();
            load->label("AREA", area_key(record.area), record.area_name);
        });
        for (auto const* const dataset : view.datasets())
            for (auto const& [code, text] : dataset->labels)
                if (code.first != "AREA") load->label(code.first, code.second, text);
        for (auto const& [place, observations] : series) load->put(place.first, place.second, observations);
        load->position(query::territory_position, derived_.id, day_);
        load->commit("", count, 0, [](store::IndicatorNo, store::AreaNo, TimePeriod const&) { return true; });
    }

  private:
    [[noreturn]] void too_large() const {
        throw common::SdmxError{common::ErrorCode::too_large,
                                "'" + derived_.id + "' has more than " + std::to_string(most_figures) +
                                    " figures; ask /api/v1/series with territory=latest, county by county"};
    }
    store::Store& target_;
    DatasetInfo const& derived_;
    std::string day_;
    std::string const& stamp_;
};

} // namespace

void fill_derived(store::Store const& source, DatasetInfo const& base, DatasetInfo const& derived,
                  ingest::TerritoryKnowledge& knowledge, std::int32_t day, std::string const& place,
                  std::string const& stamp) {
    io::make_directories(place);
    // What is left of an earlier state, or of a program that was killed.
    std::vector<std::filesystem::path> old;
    for (auto const& entry : std::filesystem::directory_iterator{place}) old.push_back(entry.path());
    auto const making = place + "/making-" + stamp;
    for (auto const& path : old) std::filesystem::remove_all(path);
    io::make_directories(making);
    std::string left_out;
    {
        auto const target = store::open_sqlite(making);
        Filling filling{*target, derived, day, stamp};
        for (auto const& vintage : source.vintages(base.id)) {
            ingest::FigureQuery query;
            query.dataset = base.id;
            query.as_of = vintage.received;
            ingest::TerritorialFigures const figures{source, query, knowledge, day, false};
            filling.add(vintage, figures.view());
            left_out = left_out_text(figures.view());
        }
    }
    io::write_durable(making + "/left_out.txt", left_out);
    std::filesystem::rename(making, place + "/" + stamp);
}

} // namespace gateway::serve::sdmx
