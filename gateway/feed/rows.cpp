#include "gateway/feed/rows.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "gateway/core/error.hpp"
#include "gateway/feed/german.hpp"

namespace gateway::feed {
namespace {

constexpr std::array<std::string_view, 7> own_columns{"AREA", "TIME_PERIOD", "FREQ",    "MEASURE",
                                                      "UNIT", "UNIT_MULT",   "DATAFLOW"};

bool has_own_column(std::string_view dimension) noexcept {
    return std::find(own_columns.begin(), own_columns.end(), dimension) != own_columns.end();
}

Field text(std::string_view words) {
    Field field;
    field.kind = words.empty() ? Field::Kind::empty : Field::Kind::text;
    field.text = words;
    return field;
}
Field key(std::string_view code) {
    auto field = text(code);
    if (field.kind == Field::Kind::text) field.kind = Field::Kind::key;
    return field;
}
Field number(std::optional<Decimal> value) {
    Field field;
    if (!value) return field;
    field.kind = Field::Kind::number;
    field.number = *value;
    return field;
}
Field ordinal(std::int64_t value) {
    auto field = number(Decimal::from_integer(value));
    field.kind = Field::Kind::ordinal;
    return field;
}
Field date(std::int32_t day) {
    Field field;
    field.kind = Field::Kind::date;
    field.day = day;
    return field;
}

/// Words for people; dates and years as such, so that a spreadsheet can sort them.
Field period_field(TimePeriod const& period) {
    if (period.kind() == TimePeriod::Kind::date) return date(period.start_day());
    if (period.kind() == TimePeriod::Kind::year) return ordinal(period.start_year());
    return text(period_de(period));
}

std::string place(SeriesRecord const& record) {
    return "series " + record.dataset.info.id + "/" + area_key(record.area) + "/" + record.indicator.text();
}

std::int64_t power_of_ten(int exponent) noexcept {
    std::int64_t result = 1;
    for (; exponent > 0; --exponent) result *= 10;
    return result;
}

/// 10^exponent as a number; exponents a Decimal does not hold stay out.
Field multiplier(int exponent) {
    if (exponent > 18 || exponent < -18) return text("10^" + std::to_string(exponent));
    if (exponent < 0) return number(Decimal::from_scaled(1, static_cast<unsigned>(-exponent)));
    return number(Decimal::from_integer(power_of_ten(exponent)));
}

Decimal required(std::optional<Decimal> sum, Observation const& observation) {
    if (sum) return *sum;
    throw Error{Errc::overflow, "bound of " + observation.value.number()->to_string() + " in " +
                                    observation.period.to_sdmx() +
                                    " does not fit into 64 bits; set narrower bounds in the mapping"};
}

} // namespace

RowMaker::RowMaker(FeedContext context) : context_(std::move(context)) {
    for (auto const* dataset : context_.datasets)
        for (auto const& dimension : dataset->info.dimensions)
            if (!has_own_column(dimension) &&
                std::find(dimensions_.begin(), dimensions_.end(), dimension) == dimensions_.end())
                dimensions_.push_back(dimension);
    header_ = {"Gebietsschlüssel", "Gebiet",  "Gebietsebene", "Datensatz", "Tabelle", "Titel",
               "Merkmal (Code)",   "Merkmal", "Einheit",      "Faktor"};
    for (auto const& dimension : dimensions_) {
        std::string const name{dimension_de(dimension)};
        header_.push_back(name + " (Code)");
        header_.push_back(name);
    }
    header_.insert(header_.end(), {"Quelle", "Lizenz"});
    constant_ = header_.size();
    header_.insert(header_.end(),
                   {"Zeitraum", "Zeitraum (ISO)", "Wert", "Zeichen", "Status", "Status (Code)",
                    "Geheimhaltung", "Schutzverfahren", "Untergrenze", "Obergrenze",
                    "Gebietsstand (der Quelle)", "Stand Nr.", "Abgerufen am", "Kennung der Zahl"});
    if (context_.derived)
        header_.insert(header_.end(),
                       {"Gebietsstand", "Herkunft", "Abdeckung", "Quellen", "Größter Anteil", "Spanne von",
                        "Spanne bis", "Umrechnung", "Hinweise", "Bemerkung", "Grundlage"});
}

void RowMaker::start(SeriesRecord const& record) {
    require_announced(context_, record);
    record_ = &record;
    figure_prefix_ = figure_prefix(record);
    auto const& info = record.dataset.info;
    auto const& indicator = record.indicator;
    auto const unit = indicator.at("UNIT");
    auto unit_text = unit_de(unit);
    if (unit_text.empty()) unit_text = label_of(record.dataset, "UNIT", unit);
    if (unit_text.empty()) unit_text = unit;
    fields_ = {key(area_key(record.area)),
               text(record.area_name),
               text(level_de(record.area.level)),
               key(info.id),
               key(info.table),
               text(info.title),
               key(indicator.at("MEASURE")),
               text(label_of(record.dataset, "MEASURE", indicator.at("MEASURE"))),
               text(unit_text),
               multiplier(multiplier_of(indicator))};
    for (auto const& dimension : dimensions_) {
        auto const code = indicator.at(dimension);
        fields_.push_back(key(code));
        fields_.push_back(code.empty() ? Field{} : text(label_of(record.dataset, dimension, code)));
    }
    fields_.push_back(text(credit_of(info)));
    fields_.push_back(text(info.licence));
    fields_.resize(header_.size());
}

std::vector<Field> const& RowMaker::row(Observation const& observation) {
    auto const& period = observation.period;
    auto const& quality = observation.quality;
    auto const received = vintage_of(*record_, observation).received;
    auto out = fields_.begin() + static_cast<std::ptrdiff_t>(constant_);
    *out++ = period_field(period);
    *out++ = key(period.to_sdmx());
    *out++ = number(observation.value.number());
    *out++ = text(quality.sign.text());
    *out++ = text(meaning_de(observation));
    *out++ = key(std::string(1, to_char(quality.status)));
    *out++ = text(confidentiality_de(quality.confidentiality));
    *out++ = text(protection_de(quality.protection));
    *out++ = number(lower_bound_of(observation));
    *out++ = number(upper_bound_of(observation));
    *out++ = date(territory_day(period));
    *out++ = ordinal(observation.vintage);
    // Floor: a time before 1970 belongs to the day it falls on.
    *out++ = date(static_cast<std::int32_t>(received >= 0 ? received / 86400 : (received - 86399) / 86400));
    out->kind = Field::Kind::key;
    out->text = figure_prefix_;
    append_figure_suffix(out->text, period, observation.vintage);
    if (!record_->view.empty()) out->text.append("~").append(record_->view);
    if (!context_.derived) return fields_;
    ++out;
    derived_fields(observation, &*out);
    return fields_;
}

void RowMaker::derived_fields(Observation const& observation, Field* out) const {
    auto const index = static_cast<std::size_t>(&observation - record_->observations.data());
    // Beside derived series there may be some that stand as published.
    Derived const published;
    auto const& derived = record_->derived == nullptr ? published : record_->derived->at(index);
    *out++ = date(derived.territory.value_or(territory_day(observation.period)));
    *out++ = text(origin_de(observation.value.is_missing() ? Derived::Origin::none : derived.origin));
    *out++ = number(derived.coverage);
    *out++ = ordinal(derived.sources);
    *out++ = number(derived.largest_share);
    *out++ = number(derived.low);
    *out++ = number(derived.high);
    *out++ = text(method_de(derived.method));
    *out++ = text(flags_de(derived.flags));
    *out++ = text(derived.note_de.empty() ? derived.note : derived.note_de);
    *out = text(derived.basis);
}

std::int32_t territory_day(TimePeriod const& period) noexcept {
    return period.end_day() - 1;
}

std::optional<Decimal> lower_bound_of(Observation const& observation) {
    auto const value = observation.value.number();
    if (!value || !observation.quality.bounds) return std::nullopt;
    return required(checked_subtract(*value, observation.quality.bounds->below), observation);
}

std::optional<Decimal> upper_bound_of(Observation const& observation) {
    auto const value = observation.value.number();
    if (!value || !observation.quality.bounds) return std::nullopt;
    return required(checked_add(*value, observation.quality.bounds->above), observation);
}

std::string figure_prefix(SeriesRecord const& record) {
    return record.dataset.info.id + "/" + area_key(record.area) + "/" + record.indicator.text() + "/";
}

void append_figure_suffix(std::string& out, TimePeriod const& period, VintageNo vintage) {
    auto const text = period.to_sdmx();
    auto const slash = text.find('/');
    out.append(text, 0, slash);
    if (slash != std::string::npos) out.append("--").append(text, slash + 1);
    out.append("@").append(std::to_string(vintage));
}

void require_announced(FeedContext const& context, SeriesRecord const& record) {
    auto const& info = record.dataset.info;
    auto const announced = std::any_of(context.datasets.begin(), context.datasets.end(),
                                       [&](auto const* dataset) { return dataset->info.id == info.id; });
    if (!announced)
        throw Error{Errc::invalid_argument,
                    place(record) + ": dataset was not announced to the writer; list it in FeedContext"};
    for (auto const& code : record.indicator.codes())
        if (!has_own_column(code.first) &&
            std::find(info.dimensions.begin(), info.dimensions.end(), code.first) == info.dimensions.end())
            throw Error{Errc::invalid_argument, place(record) + ": dimension " + code.first +
                                                    " is not among the dimensions of the dataset"};
}

VintageSource const& vintage_of(SeriesRecord const& record, Observation const& observation) {
    auto const found = record.dataset.vintages.find(observation.vintage);
    if (found == record.dataset.vintages.end())
        throw Error{Errc::invalid_argument,
                    place(record) + ": vintage " + std::to_string(observation.vintage) + " of period " +
                        observation.period.to_sdmx() + " is not among the vintages of the dataset"};
    return found->second;
}

std::string label_of(DatasetContext const& dataset, std::string_view dimension, std::string_view code) {
    auto const found = dataset.labels.find({std::string{dimension}, std::string{code}});
    if (found != dataset.labels.end() && !found->second.empty()) return found->second;
    return std::string{code_de(dimension, code)};
}

int multiplier_of(IndicatorKey const& indicator) {
    auto const text = indicator.at("UNIT_MULT");
    if (text.empty()) return 0;
    int value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size())
        throw Error{Errc::invalid_argument, "indicator " + indicator.text() + ": UNIT_MULT '" +
                                                std::string{text} + "' is not a power of ten such as 3"};
    return value;
}

std::string_view credit_of(DatasetInfo const& info) noexcept {
    return info.attribution.empty() ? std::string_view{info.source} : std::string_view{info.attribution};
}

} // namespace gateway::feed
