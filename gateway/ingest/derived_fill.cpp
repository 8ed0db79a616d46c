#include "gateway/ingest/derived_fill.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include "gateway/io/file.hpp"
#include "gateway/io/sha256.hpp"
#include "gateway/query/dataset_view.hpp"
#include "gateway/store/packed.hpp"

namespace gateway::ingest {
namespace {

/// All of a vintage is in memory once, packed as in a store.
constexpr std::uint64_t most_figures = 4'000'000;

/// A vintage as the view hands it out, area by area, for a load that wants it indicator by indicator. Areas, indicators
/// and states come again and again: each is looked up when it is another than before.
class Gathered {
  public:
    explicit Gathered(store::Load& load) : load_(load) {}

    void add(feed::SeriesRecord const& record) {
        if (!area_ || *area_ != record.area) {
            area_ = record.area;
            area_no_ = load_.area(record.area);
            load_.label("AREA", area_key(record.area), record.area_name);
        }
        constexpr std::size_t full = std::size_t{1} << 20U;
        if (blocks_.empty() || blocks_.back().size() > full) blocks_.emplace_back();
        figures_of_one_.clear();
        for (auto const& one : record.observations) figures_of_one_.push_back(packed(one));
        if (figures_of_one_.empty()) return;
        auto& block = blocks_.back();
        auto const begin = block.size();
        encoder_.append(figures_of_one_, block);
        series_.push_back(
            {number_of(record.indicator), area_no_, blocks_.size() - 1, begin, block.size() - begin});
        figures_ += figures_of_one_.size();
    }
    [[nodiscard]] std::uint64_t figures() const noexcept { return figures_; }

    void put() {
        std::sort(series_.begin(), series_.end(), [](Series const& a, Series const& b) {
            return std::tie(a.indicator, a.area) < std::tie(b.indicator, b.area);
        });
        store::SeriesDecoder decoder;
        for (auto const& one : series_) {
            auto const bytes = std::as_bytes(std::span{blocks_[one.block]}).subspan(one.begin, one.bytes);
            load_.put(one.indicator, one.area, decoder.decode(bytes));
        }
    }

  private:
    struct Series {
        store::IndicatorNo indicator = 0;
        store::AreaNo area = 0;
        std::size_t block = 0, begin = 0, bytes = 0;
    };
    /// Every area has its indicators in the same order.
    store::IndicatorNo number_of(IndicatorKey const& key) {
        if (next_ == indicators_.end() || next_->first != key) {
            next_ = indicators_.find(key);
            if (next_ == indicators_.end()) next_ = indicators_.emplace(key, load_.indicator(key)).first;
        }
        auto const number = next_->second;
        ++next_;
        return number;
    }
    store::PackedObservation packed(Observation const& one) {
        store::PackedObservation made;
        made.period = one.period;
        if (auto const number = one.value.number()) made.number = *number;
        if (one.value.is_missing() || one.quality != plain_)
            made.state = load_.state({one.value.reason(), one.quality});
        return made;
    }

    store::Load& load_;
    std::optional<Area> area_;
    store::AreaNo area_no_ = 0;
    std::map<IndicatorKey, store::IndicatorNo> indicators_;
    std::map<IndicatorKey, store::IndicatorNo>::iterator next_ = indicators_.end();
    std::vector<Series> series_;
    std::vector<std::string> blocks_;
    std::vector<store::PackedObservation> figures_of_one_;
    store::SeriesEncoder encoder_;
    std::uint64_t figures_ = 0;
    Quality const plain_{};
};

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
        Gathered gathered{*load};
        view.each([&](feed::SeriesRecord const& record) {
            gathered.add(record);
            if (gathered.figures() > most_figures) too_large();
        });
        for (auto const* const dataset : view.datasets())
            for (auto const& [code, text] : dataset->labels)
                if (code.first != "AREA") load->label(code.first, code.second, text);
        gathered.put();
        load->position(query::territory_position, derived_.id, day_);
        load->commit("", gathered.figures(), 0,
                     [](store::IndicatorNo, store::AreaNo, TimePeriod const&) { return true; });
    }

  private:
    [[noreturn]] void too_large() const {
        throw TooManyFigures{"'" + derived_.id + "' has more than " + std::to_string(most_figures) +
                             " figures; ask /api/v1/series with territory=latest, county by county"};
    }
    store::Store& target_;
    DatasetInfo const& derived_;
    std::string day_;
    std::string const& stamp_;
};

} // namespace

void fill_derived(store::Store const& source, DatasetInfo const& base, DatasetInfo const& derived,
                  TerritoryKnowledge& knowledge, std::int32_t day, std::string const& place,
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
            FigureQuery query;
            query.dataset = base.id;
            query.as_of = vintage.received;
            TerritorialFigures const figures{source, query, knowledge, day, false};
            filling.add(vintage, figures.view());
            left_out = left_out_text(figures.view());
        }
    }
    io::write_durable(making + "/left_out.txt", left_out);
    std::filesystem::rename(making, place + "/" + stamp);
}

} // namespace gateway::ingest
