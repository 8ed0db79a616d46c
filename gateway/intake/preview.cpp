#include "gateway/intake/preview.hpp"

#include <cstring>
#include <utility>

#include "gateway/intake/preview_derived.hpp"

namespace gateway::intake {
namespace {

constexpr std::size_t hash_piece_bytes = std::size_t{1} << 16U;
constexpr std::size_t county_digits = 5;
constexpr std::uint8_t unasked = 0xFD;

} // namespace

std::string Side::text() const {
    if (is_absent()) return {};
    if (is_number()) return digits().to_string();
    return std::string{to_string(static_cast<MissingReason>(kind))};
}

Side side_of(store::Store const& store, store::PackedObservation const& packed) {
    auto const& reason = store.state(packed.state).reason;
    return reason ? Side::of(*reason) : Side::of(packed.number);
}

std::string county_of(Area const& area) {
    switch (area.level) {
    case AreaLevel::county:
    case AreaLevel::association:
    case AreaLevel::municipality:
    case AreaLevel::subunit:
        if (area.list == CodeList::ags || area.list == CodeList::ars)
            return area.code.substr(0, county_digits);
        break;
    default: break;
    }
    return area_key(area);
}

PreviewMaker::PreviewMaker(ingest::Workshop& shop, std::function<void(ChangedObservation const&)> each_change)
    : shop_(shop), each_(std::move(each_change)) {}

PreviewMaker::Known& PreviewMaker::known(store::AreaNo no) {
    auto const [found, fresh] = areas_.try_emplace(no);
    if (fresh) {
        auto& entry = found->second;
        entry.area = shop_.store.area(no);
        entry.key = area_key(entry.area);
        auto const key = county_of(entry.area);
        entry.county = &counties_[key];
        entry.county->area = key;
    }
    return found->second;
}

IndicatorKey const& PreviewMaker::indicator(store::IndicatorNo no) {
    auto found = indicators_.find(no);
    if (found == indicators_.end()) found = indicators_.emplace(no, shop_.store.indicator(no)).first;
    return found->second;
}

Area const& PreviewMaker::area(store::AreaNo no) {
    return known(no).area;
}

std::string const& PreviewMaker::text_of(TimePeriod const& period) {
    auto found = periods_.find(period);
    if (found == periods_.end()) found = periods_.emplace(period, period.to_sdmx()).first;
    return found->second;
}

Side PreviewMaker::side(std::optional<store::PackedObservation> const& packed) {
    Side side;
    if (!packed) return side;
    if (kinds_.size() <= packed->state) kinds_.resize(packed->state + std::size_t{1}, unasked);
    auto& kind = kinds_[packed->state];
    if (kind == unasked) {
        auto const& reason = shop_.store.state(packed->state).reason;
        kind = reason ? static_cast<std::uint8_t>(*reason) : static_cast<std::uint8_t>(Side::number);
    }
    if (kind == Side::number) return Side::of(packed->number);
    side.kind = kind;
    return side;
}

void PreviewMaker::change(store::Change const& change) {
    if (!any_ || change.indicator != last_indicator_ || change.area != last_area_) {
        last_known_ = &known(change.area);
        if (!any_ || change.indicator != last_indicator_) {
            last_key_ = &indicator(change.indicator);
            indicator_text_ = last_key_->text();
        }
        any_ = true;
        last_indicator_ = change.indicator;
        last_area_ = change.area;
        text_.append("S\t").append(last_known_->key).append("\t").append(indicator_text_).append("\n");
    }
    if (!change.after && !deleting_) {
        deleting_ = true;
        deletions_at_ = count_;
    }
    KeptChange const kept{change.indicator, change.area, change.period, side(change.before),
                          side(change.after)};
    auto const before = kept.before.text();
    auto const after = kept.after.text();
    auto const& period = text_of(change.period);
    text_.append(period).append("\t").append(before).append("\t").append(after).append("\n");
    if (text_.size() >= hash_piece_bytes) {
        hash_.update(text_);
        text_.clear();
    }
    auto& county = *last_known_->county;
    if (!change.before)
        ++county.added;
    else if (!change.after)
        ++county.deleted;
    else
        ++county.revised;
    kept_.append({reinterpret_cast<char const*>(&kept), sizeof kept});
    ++count_;
    if (each_) each_({last_known_->key, indicator_text_, period, before, after});
}

Preview PreviewMaker::finish(std::string const& dataset, std::int32_t day, std::string const& data,
                             std::string const& store_directory) {
    Preview preview;
    preview.dataset = dataset;
    if (auto const vintages = shop_.store.vintages(dataset); !vintages.empty())
        preview.against = vintages.back().no;
    hash_.update(text_);
    text_.clear();
    preview.changes_sha256 = hash_.hex();
    std::map<std::string, Area> areas; // one area for each key, for its name
    for (auto const& entry : areas_) areas.emplace(county_of(entry.second.area), entry.second.area);
    for (auto& [key, county] : counties_) {
        if (county.added + county.revised + county.deleted == 0) continue;
        auto const& some = areas.at(key);
        Area const named = area_key(some) == key ? some : Area{CodeList::ags, AreaLevel::county, key};
        county.name = shop_.store.label(dataset, "AREA", key);
        if (county.name.empty()) county.name = shop_.areas.name(named, day);
        preview.counties.push_back(county);
    }
    kept_.finish();
    auto const bytes = kept_.view();
    DerivedEffects effects{shop_, dataset, day};
    std::span<KeptChange const> const changes{reinterpret_cast<KeptChange const*>(bytes.data()),
                                              static_cast<std::size_t>(count_)};
    auto const indicator_of = [this](store::IndicatorNo no) -> IndicatorKey const& { return indicator(no); };
    auto const area_of = [this](store::AreaNo no) -> Area const& { return area(no); };
    effects.make(changes, static_cast<std::size_t>(deletions_at_), deleting_, indicator_of, area_of);
    if (!data.empty())
        effects.add_territorial(changes, {dataset, data, store_directory}, indicator_of, area_of);
    preview.derived = effects.take(preview.derived_more);
    return preview;
}

} // namespace gateway::intake
