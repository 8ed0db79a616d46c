#include "gateway/query/dataset_view.hpp"

#include <algorithm>
#include <limits>

#include "gateway/feed/rows.hpp"
#include "gateway/feed/sdmx_csv.hpp"

namespace gateway::query {
namespace {

AreaTable::Entry entry_of(Area area) {
    AreaTable::Entry entry{std::move(area), {}};
    entry.key = area_key(entry.area);
    bool const is_plain = std::all_of(entry.key.begin(), entry.key.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
    });
    if (!is_plain || entry.key.size() > entry.plain.size()) return entry;
    std::copy(entry.key.begin(), entry.key.end(), entry.plain.begin());
    entry.plain_size = static_cast<std::uint8_t>(entry.key.size());
    return entry;
}

std::shared_ptr<AreaTable const> read_areas(store::Store const& store,
                                            std::shared_ptr<AreaTable const> known) {
    auto numbers = store.areas();
    // Areas are only ever added.
    if (known && known->numbers == numbers) return known;
    auto table = std::make_shared<AreaTable>();
    table->by_number.reserve(numbers.size());
    table->in_order.reserve(numbers.size());
    for (auto const no : numbers) {
        auto const& entry = table->by_number.emplace(no, entry_of(store.area(no))).first->second;
        table->by_key[entry.key].push_back(no);
        table->in_order.push_back(&entry);
    }
    table->numbers = std::move(numbers);
    return table;
}

/// The dataset's dimensions without those that have their own place, as feed/sdmx_csv.hpp orders them.
std::vector<std::string> own_dimensions(DatasetInfo const& info) {
    std::vector<std::string> result;
    for (auto const& dimension : info.dimensions)
        if (dimension != "AREA" && dimension != "TIME_PERIOD" && dimension != "FREQ" &&
            dimension != "UNIT_MULT" && std::find(result.begin(), result.end(), dimension) == result.end())
            result.push_back(dimension);
    for (auto const* const always : {"MEASURE", "UNIT"})
        if (std::find(result.begin(), result.end(), always) == result.end()) result.emplace_back(always);
    return result;
}

void read_frequencies(DatasetView& view) {
    using Kind = TimePeriod::Kind;
    auto const number = [&](std::string_view code) {
        auto const found = std::find(view.frequencies.begin(), view.frequencies.end(), code);
        if (found != view.frequencies.end())
            return static_cast<std::uint8_t>(found - view.frequencies.begin());
        view.frequencies.emplace_back(code);
        return static_cast<std::uint8_t>(view.frequencies.size() - 1);
    };
    auto const set = [&](Kind kind, std::optional<TimePeriod> const& example) {
        view.frequency_of_kind[static_cast<std::size_t>(kind)] =
            number(feed::frequency_of(view.info, example.value()));
    };
    set(Kind::year, TimePeriod::year(2000));
    set(Kind::school_year, TimePeriod::school_year(2000));
    set(Kind::half_year, TimePeriod::half_year(2000, 1));
    set(Kind::term, TimePeriod::term(2000, true));
    set(Kind::quarter, TimePeriod::quarter(2000, 1));
    set(Kind::month, TimePeriod::month(2000, 1));
    set(Kind::date, TimePeriod::date(2000, 1, 1));
    set(Kind::interval, TimePeriod::interval(0, 10));
}

void read_indicators(DatasetView& view, store::Store const& store) {
    for (auto const& id : own_dimensions(view.info)) view.own.push_back({id, {}});
    std::vector<std::pair<store::IndicatorNo, IndicatorKey>> keys;
    for (auto const no : store.indicators(view.info.id)) keys.emplace_back(no, store.indicator(no));
    auto const code_in = [](IndicatorKey const& key, std::string const& dimension) {
        auto const code = key.at(dimension);
        return code.empty() ? std::string_view{"_Z"} : code;
    };
    for (auto& dimension : view.own) {
        for (auto const& entry : keys) dimension.codes.emplace_back(code_in(entry.second, dimension.id));
        std::sort(dimension.codes.begin(), dimension.codes.end());
        dimension.codes.erase(std::unique(dimension.codes.begin(), dimension.codes.end()),
                              dimension.codes.end());
    }
    std::map<std::vector<std::uint32_t>, std::string> seen;
    for (auto const& [no, key] : keys) {
        DatasetView::Indicator indicator;
        indicator.no = no;
        indicator.multiplier = feed::multiplier_of(key);
        indicator.text = key.text();
        for (auto const& dimension : view.own) {
            auto const at =
                std::lower_bound(dimension.codes.begin(), dimension.codes.end(), code_in(key, dimension.id));
            indicator.codes.push_back(static_cast<std::uint32_t>(at - dimension.codes.begin()));
        }
        auto const [other, is_new] = seen.emplace(indicator.codes, indicator.text);
        if (!is_new)
            throw Error{Errc::conflict, view.info.id + ": " + other->second + " and " + indicator.text +
                                            " have one key in SDMX; give one of the two measures its own code"
                                            " in the mapping of the table"};
        view.indicators.push_back(std::move(indicator));
    }
}

} // namespace

store::VintageInfo const* DatasetView::vintage(VintageNo no) const noexcept {
    auto const found = std::lower_bound(vintages.begin(), vintages.end(), no,
                                        [](auto const& a, VintageNo b) { return a.no < b; });
    return found != vintages.end() && found->no == no ? &*found : nullptr;
}

std::string_view DatasetView::label(std::string_view dimension, std::string_view code) const noexcept {
    auto const codes = label_index.find(dimension);
    if (codes == label_index.end()) return {};
    auto const found = codes->second.find(code);
    return found == codes->second.end() ? std::string_view{} : std::string_view{*found->second};
}

std::vector<std::string> DatasetView::dimensions() const {
    std::vector<std::string> result{"FREQ", "AREA"};
    for (auto const& dimension : own) result.push_back(dimension.id);
    return result;
}

std::optional<std::size_t> DatasetView::position(std::string_view dimension) const noexcept {
    if (dimension == "FREQ") return freq;
    if (dimension == "AREA") return area;
    for (std::size_t i = 0; i < own.size(); ++i)
        if (own[i].id == dimension) return first_own + i;
    return std::nullopt;
}

std::uint32_t DatasetView::index_of(store::IndicatorNo no) const noexcept {
    auto const found = std::lower_bound(indicators.begin(), indicators.end(), no,
                                        [](Indicator const& a, store::IndicatorNo b) { return a.no < b; });
    return static_cast<std::uint32_t>(found - indicators.begin());
}

DatasetViewPtr read_view(store::Store const& store, std::string_view dataset,
                         std::shared_ptr<AreaTable const> areas) {
    auto const snapshot = store.snapshot();
    auto info = store.dataset(dataset);
    if (!info) return nullptr;
    auto view = std::make_shared<DatasetView>();
    view->info = std::move(*info);
    view->vintages = store.vintages(dataset);
    if (auto const day = store.position(territory_position, dataset); !day.empty())
        view->territory = parse_date(day);
    read_frequencies(*view);
    read_indicators(*view, store);
    view->areas = read_areas(store, std::move(areas));
    for (auto& label : store.labels(dataset, std::nullopt))
        view->labels[{std::move(label.dimension), std::move(label.code)}] = std::move(label.text);
    for (auto const& [name, text] : view->labels) view->label_index[name.first].emplace(name.second, &text);
    return view;
}

DatasetViewPtr Directory::dataset(store::Store const& store, std::string_view id) {
    auto const last = store.vintage_at(id, std::numeric_limits<UnixTime>::max());
    auto const known = [&]() -> DatasetViewPtr {
        auto const found = views_.find(id);
        return found != views_.end() && last != 0 && found->second->last() == last ? found->second : nullptr;
    };
    std::shared_ptr<std::mutex> reader;
    {
        std::lock_guard const lock{mutex_};
        if (auto view = known()) return view;
        auto& one = readers_[std::string{id}];
        if (!one) one = std::make_shared<std::mutex>();
        reader = one;
    }
    // Reading takes its time. Who asks for the same waits for it; others go on with what they have.
    std::lock_guard const alone{*reader};
    std::shared_ptr<AreaTable const> areas;
    {
        std::lock_guard const lock{mutex_};
        if (auto view = known()) return view;
        areas = areas_;
    }
    auto view = read_view(store, id, areas);
    std::lock_guard const lock{mutex_};
    if (!view) {
        if (auto const old = views_.find(id); old != views_.end()) views_.erase(old);
        return nullptr;
    }
    areas_ = view->areas;
    views_[std::string{id}] = view;
    return view;
}

std::shared_ptr<AreaTable const> Directory::areas() {
    std::lock_guard const lock{mutex_};
    return areas_;
}

void Directory::forget() {
    std::lock_guard const lock{mutex_};
    views_.clear();
}

} // namespace gateway::query
