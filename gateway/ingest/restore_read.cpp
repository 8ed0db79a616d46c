#include "gateway/ingest/restore_read.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "adapters/sdmx/csv_reader.hpp"
#include "adapters/sdmx/rows.hpp"
#include "gateway/feed/avro_ocf.hpp"

namespace gateway::ingest {
namespace {

namespace sdmx = adapters::sdmx;

/// Bounds are published as ends of an interval; stored is their distance, without superfluous digits.
Decimal distance(Decimal from, Decimal to, std::string const& place) {
    auto const difference = checked_subtract(to, from);
    if (!difference) throw Error{Errc::overflow, place + "a bound too far from its value"};
    auto mantissa = difference->mantissa();
    auto scale = difference->scale();
    for (; scale > 0 && mantissa % 10 == 0; --scale) mantissa /= 10;
    return Decimal::from_scaled(mantissa, scale);
}

class OwnCsv final : public sdmx::RowSink {
  public:
    explicit OwnCsv(std::string name) : name_(std::move(name)) {}
    std::map<std::string, RestoredDataset> datasets;

    void data_set(sdmx::DataSetInfo const& info) override {
        if (info.structure.agency != "KREISLAUF")
            throw Error{Errc::malformed, name_ + ":" + std::to_string(info.position.line) + ":2: structure " +
                                             info.structure.text() + " in an export of KREISLAUF"};
        current_ = &datasets[info.structure.id];
        current_->id = info.structure.id;
    }
    void component(std::uint32_t number, sdmx::Component const& component) override {
        if (number < ids_.size()) return;
        ids_.emplace_back(component.id);
        codes_.emplace_back();
    }
    void code(std::uint32_t component, std::uint32_t number, std::string_view text) override {
        if (codes_[component].size() <= number) codes_[component].resize(number + 1);
        codes_[component][number] = text;
    }
    void issue(Issue issue) override {
        throw Error{issue.code, name_ + ":" + std::to_string(issue.position.line) + ": " + issue.text};
    }

    void row(sdmx::Row const& row) override {
        ++current_->rows;
        if (row.line == 2 && std::find(ids_.begin(), ids_.end(), "DERIVATION") != ids_.end())
            throw Error{Errc::invalid_argument,
                        name_ + ": holds derived figures; only what a source published can be "
                                "restored: export it without --territory"};
        place_ = name_ + ":" + std::to_string(row.line) + ":" + std::to_string(row.column) + ": ";
        texts_.assign(ids_.size(), {});
        for (auto const value : row.values) texts_[value.component] = codes_[value.component][value.code];
        // The dimensions stand between AREA and TIME_PERIOD.
        auto const area_at = index_of("AREA"), time_at = index_of("TIME_PERIOD");
        IndicatorKey key;
        for (auto i = area_at + 1; i < time_at; ++i) {
            if (std::find(current_->dimensions.begin(), current_->dimensions.end(), ids_[i]) ==
                current_->dimensions.end())
                current_->dimensions.push_back(ids_[i]);
            if (!texts_[i].empty() && texts_[i] != "_Z") key.set(ids_[i], std::string{texts_[i]});
        }
        if (auto const multiplier = text("UNIT_MULT"); !multiplier.empty() && multiplier != "0") {
            key.set("UNIT_MULT", std::string{multiplier});
            if (std::find(current_->dimensions.begin(), current_->dimensions.end(), "UNIT_MULT") ==
                current_->dimensions.end())
                current_->dimensions.emplace_back("UNIT_MULT");
        }
        current_->table = text("SOURCE_TABLE");
        current_->series[{std::move(key), area(texts_[area_at])}].push_back(figure(row, texts_[time_at]));
    }

  private:
    [[noreturn]] void refuse(std::string const& what) const {
        throw Error{Errc::malformed,
                    place_ + what + "; the file is no export of this program, or was changed"};
    }
    [[nodiscard]] std::size_t index_of(std::string_view id) const {
        auto const found = std::find(ids_.begin(), ids_.end(), id);
        if (found == ids_.end()) refuse("no column " + std::string{id});
        return static_cast<std::size_t>(found - ids_.begin());
    }
    [[nodiscard]] std::string_view text(std::string_view id) const { return texts_[index_of(id)]; }
    template <typename T>
    T one_of(std::optional<T> found, std::string_view column) const {
        if (!found) refuse("'" + std::string{text(column)} + "' in column " + std::string{column});
        return *found;
    }

    [[nodiscard]] Area area(std::string_view code) const {
        Area area;
        area.list = one_of(code_list_from(text("AREA_LIST")), "AREA_LIST");
        area.level = one_of(area_level_from(text("AREA_LEVEL")), "AREA_LEVEL");
        area.code = code;
        // area_key() marks sub-units and pseudo areas.
        for (std::string_view const mark : {"_S", "_X"})
            if (area.code.size() > mark.size() && area.code.ends_with(mark)) {
                auto bare = area;
                bare.code.resize(area.code.size() - mark.size());
                if (area_key(bare) == code) return bare;
            }
        return area;
    }

    RestoredFigure figure(sdmx::Row const& row, std::string_view time) const {
        RestoredFigure figure;
        auto const period = parse_sdmx_period(time);
        if (!period) refuse("'" + std::string{time} + "' in column TIME_PERIOD");
        figure.period = *period;
        auto& quality = figure.state.quality;
        quality.status = one_of(obs_status_from(text("OBS_STATUS")), "OBS_STATUS");
        quality.confidentiality = one_of(conf_status_from(text("CONF_STATUS")), "CONF_STATUS");
        quality.protection = one_of(protection_from(text("PROTECTION")), "PROTECTION");
        quality.sign = one_of(Sign::from(text("SRC_SIGN")), "SRC_SIGN");
        auto const reason = text("MISSING_REASON");
        if (!reason.empty()) figure.state.reason = one_of(missing_reason_from(reason), "MISSING_REASON");
        bool const has_number =
            !row.measures.empty() && row.measures.front().kind == sdmx::Measured::Kind::number;
        if (!row.measures.empty() && row.measures.front().kind == sdmx::Measured::Kind::text)
            refuse("'" + std::string{row.measures.front().text} + "' in column OBS_VALUE");
        if (has_number == figure.state.reason.has_value())
            refuse(has_number ? "a value and a reason for its absence"
                              : "neither a value nor a reason for its absence");
        if (!has_number) return figure;
        figure.number = row.measures.front().number;
        auto const low = text("OBS_LO"), high = text("OBS_HI");
        if (low.empty() && high.empty()) return figure;
        auto const from = parse_decimal(low), to = parse_decimal(high);
        if (!from || !to) refuse("bounds '" + std::string{low} + "' and '" + std::string{high} + "'");
        quality.bounds =
            Bounds{distance(from.value, figure.number, place_), distance(figure.number, to.value, place_)};
        return figure;
    }

    std::string name_;
    std::string place_;
    RestoredDataset* current_ = nullptr;
    std::vector<std::string> ids_;
    std::vector<std::vector<std::string>> codes_;
    std::vector<std::string_view> texts_;
};

} // namespace

std::map<std::string, RestoredDataset> read_own_csv(std::string_view bytes, std::string const& name) {
    OwnCsv csv{name};
    sdmx::Rows rows{csv};
    static_cast<void>(sdmx::read_csv(bytes, name, rows, nullptr));
    return std::move(csv.datasets);
}

std::map<std::string, RestoredDataset> read_own_avro(std::string_view bytes) {
    std::map<std::string, RestoredDataset> datasets;
    feed::read_avro_series(bytes, [&datasets](feed::ReadSeries const& series) {
        if (!series.derived.empty())
            throw Error{Errc::invalid_argument,
                        "dataset " + series.dataset +
                            ": the file holds derived figures; only what a source published "
                            "can be restored: export it without --territory"};
        auto& dataset = datasets[series.dataset];
        dataset.id = series.dataset;
        if (!series.area_name.empty()) dataset.area_names.emplace(area_key(series.area), series.area_name);
        for (auto const& [dimension, code] : series.indicator.codes())
            if (std::find(dataset.dimensions.begin(), dataset.dimensions.end(), dimension) ==
                dataset.dimensions.end())
                dataset.dimensions.push_back(dimension);
        auto& figures = dataset.series[{series.indicator, series.area}];
        for (auto const& observation : series.observations) {
            figures.push_back({observation.period,
                               observation.value.number().value_or(Decimal{}),
                               {observation.value.reason(), observation.quality}});
            ++dataset.rows;
        }
    });
    return datasets;
}

} // namespace gateway::ingest
