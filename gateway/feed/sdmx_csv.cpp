#include "gateway/feed/sdmx_csv.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>
#include <vector>

#include "gateway/core/error.hpp"
#include "gateway/feed/rows.hpp"

namespace gateway::feed {
namespace {

constexpr std::size_t flush_bytes = std::size_t{64} << 10U;
constexpr std::array<std::string_view, 5> before_dimensions{"STRUCTURE", "STRUCTURE_ID", "ACTION", "FREQ",
                                                            "AREA"};
constexpr std::array<std::string_view, 18> after_dimensions{
    "TIME_PERIOD", "OBS_VALUE",    "OBS_STATUS",     "CONF_STATUS", "PROTECTION", "OBS_LO",
    "OBS_HI",      "SRC_SIGN",     "MISSING_REASON", "UNIT_MULT",   "AREA_LIST",  "AREA_LEVEL",
    "TERR_STATE",  "SOURCE_TABLE", "VINTAGE",        "RETRIEVED",   "LICENCE",    "FIGURE_ID"};

constexpr std::array<std::string_view, 10> derived_columns{
    "DERIVATION", "COVERAGE",   "SOURCE_COUNT",     "LARGEST_SHARE",   "EST_LO",
    "EST_HI",     "EST_METHOD", "DERIVATION_FLAGS", "DERIVATION_NOTE", "DERIVATION_BASIS"};

/// The dataset's dimensions without those that have their own place. MEASURE and UNIT belong to every key
/// (core/observation.hpp), also where a dataset forgets to say so.
std::vector<std::string> own_dimensions(DatasetInfo const& info) {
    std::vector<std::string> result;
    for (auto const& dimension : info.dimensions)
        if (dimension != "AREA" && dimension != "TIME_PERIOD" && dimension != "FREQ" &&
            dimension != "UNIT_MULT")
            result.push_back(dimension);
    for (auto const* const always : {"MEASURE", "UNIT"})
        if (std::find(result.begin(), result.end(), always) == result.end()) result.emplace_back(always);
    return result;
}

void append_text(std::string& out, std::string_view text) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
        out.append(text);
        return;
    }
    out.push_back('"');
    for (char const c : text) {
        if (c == '"') out.push_back('"');
        out.push_back(c);
    }
    out.push_back('"');
}

void append_number(std::string& out, std::optional<Decimal> value) {
    if (!value) return;
    std::array<char, max_decimal_chars> digits{};
    auto const* const end = write_decimal(digits.data(), value->mantissa(), value->scale(), '.');
    out.append(std::string_view{digits.data(), static_cast<std::size_t>(end - digits.data())});
}

class SdmxCsv final : public Writer {
  public:
    SdmxCsv(ByteSink sink, FeedContext const& context) : sink_(std::move(sink)), context_(context) {
        if (context.datasets.size() != 1)
            throw Error{Errc::invalid_argument, "SDMX-CSV holds one dataset per file, but " +
                                                    std::to_string(context.datasets.size()) +
                                                    " were announced; make one writer for each"};
        auto const& info = context.datasets.front()->info;
        structure_ = structure_id(info, context.derived);
        dimensions_ = own_dimensions(info);
        for (auto const& column : sdmx_csv_columns(info, context.derived)) {
            if (!buffer_.empty()) buffer_.push_back(',');
            append_text(buffer_, column);
        }
        buffer_.push_back('\n');
    }

    void series(SeriesRecord const& record) override {
        require_announced(context_, record);
        require_one_multiplier(record);
        auto const& info = record.dataset.info;
        render_series(record);
        for (std::size_t i = 0; i < record.observations.size(); ++i) {
            auto const& observation = record.observations[i];
            auto const* const derived = record.derived == nullptr ? nullptr : &record.derived->at(i);
            auto const territory = derived != nullptr && derived->territory
                                       ? *derived->territory
                                       : territory_day(observation.period);
            auto const& vintage = vintage_of(record, observation);
            auto const& quality = observation.quality;
            buffer_.append("dataflow,");
            append_text(buffer_, structure_);
            buffer_.append(",I,").append(frequency_of(info, observation.period)).append(key_);
            buffer_.append(observation.period.to_sdmx()).push_back(',');
            append_number(buffer_, observation.value.number());
            buffer_.push_back(',');
            buffer_.push_back(to_char(quality.status));
            buffer_.push_back(',');
            buffer_.push_back(to_char(quality.confidentiality));
            buffer_.append(",").append(to_string(quality.protection)).push_back(',');
            append_number(buffer_, lower_bound_of(observation));
            buffer_.push_back(',');
            append_number(buffer_, upper_bound_of(observation));
            buffer_.push_back(',');
            append_text(buffer_, quality.sign.text());
            buffer_.push_back(',');
            if (auto const reason = observation.value.reason()) buffer_.append(to_string(*reason));
            buffer_.append(attributes_).append(date_text(territory)).push_back(',');
            append_text(buffer_, info.table);
            buffer_.append(",").append(std::to_string(observation.vintage)).append(",");
            buffer_.append(utc_text(vintage.received)).push_back(',');
            append_text(buffer_, info.licence);
            buffer_.push_back(',');
            append_figure(record, observation);
            if (context_.derived) append_derived(observation, derived);
            buffer_.push_back('\n');
            if (buffer_.size() >= flush_bytes) flush();
        }
    }

    void finish() override { flush(); }

  private:
    void render_series(SeriesRecord const& record) {
        key_ = ",";
        append_text(key_, area_key(record.area));
        key_.push_back(',');
        for (auto const& dimension : dimensions_) {
            auto const code = record.indicator.at(dimension);
            append_text(key_, code.empty() ? std::string_view{"_Z"} : code);
            key_.push_back(',');
        }
        attributes_ = "," + std::to_string(multiplier_of(record.indicator)) + ",";
        attributes_.append(to_string(record.area.list)).append(",");
        attributes_.append(to_string(record.area.level)).append(",");
        figure_prefix_ = figure_prefix(record);
    }

    void append_derived(Observation const& observation, Derived const* derived) {
        Derived const published; // series that stand as published may be beside derived ones
        auto const& one = derived == nullptr ? published : *derived;
        buffer_.push_back(',');
        buffer_.push_back(to_char(observation.value.is_missing() ? Derived::Origin::none : one.origin));
        buffer_.push_back(',');
        append_number(buffer_, one.coverage);
        buffer_.append(",").append(std::to_string(one.sources)).push_back(',');
        append_number(buffer_, one.largest_share);
        buffer_.push_back(',');
        append_number(buffer_, one.low);
        buffer_.push_back(',');
        append_number(buffer_, one.high);
        for (auto const* text : {&one.method, &one.flags, &one.note, &one.basis}) {
            buffer_.push_back(',');
            append_text(buffer_, *text);
        }
    }

    void append_figure(SeriesRecord const& record, Observation const& observation) {
        figure_ = figure_prefix_;
        append_figure_suffix(figure_, observation.period, observation.vintage);
        if (!record.view.empty()) figure_.append("~").append(record.view);
        append_text(buffer_, figure_);
    }

    void require_one_multiplier(SeriesRecord const& record) {
        auto key = record.indicator;
        key.set("UNIT_MULT", "");
        auto const multiplier = multiplier_of(record.indicator);
        auto const [entry, is_new] = multipliers_.try_emplace(key.text(), multiplier);
        if (!is_new && entry->second != multiplier)
            throw Error{
                Errc::invalid_argument,
                record.dataset.info.id + ": " + record.indicator.text() + " occurs with the multipliers " +
                    std::to_string(entry->second) + " and " + std::to_string(multiplier) +
                    "; as UNIT_MULT is an attribute both would have one key: give one of the two measures"
                    " its own code in the mapping of the table"};
    }

    void flush() {
        if (!buffer_.empty()) sink_(buffer_);
        buffer_.clear();
    }

    ByteSink sink_;
    FeedContext context_;
    std::vector<std::string> dimensions_;
    std::map<std::string, int> multipliers_;
    std::string structure_;
    std::string buffer_;
    std::string key_;        ///< ",03153,BEVSTD,PS,_T,"
    std::string attributes_; ///< ",0,AGS,3,"
    std::string figure_prefix_;
    std::string figure_;
};

} // namespace

std::unique_ptr<Writer> make_sdmx_csv(ByteSink sink, FeedContext const& context) {
    return std::make_unique<SdmxCsv>(std::move(sink), context);
}

std::vector<std::string> sdmx_csv_columns(DatasetInfo const& dataset, bool derived) {
    std::vector<std::string> columns{before_dimensions.begin(), before_dimensions.end()};
    auto const dimensions = own_dimensions(dataset);
    columns.insert(columns.end(), dimensions.begin(), dimensions.end());
    columns.insert(columns.end(), after_dimensions.begin(), after_dimensions.end());
    if (derived) columns.insert(columns.end(), derived_columns.begin(), derived_columns.end());
    return columns;
}

std::string_view frequency_of(DatasetInfo const& dataset, TimePeriod const& period) {
    switch (period.kind()) {
    case TimePeriod::Kind::year:
    case TimePeriod::Kind::school_year: return "A";
    case TimePeriod::Kind::half_year:
    case TimePeriod::Kind::term: return "S";
    case TimePeriod::Kind::quarter: return "Q";
    case TimePeriod::Kind::month: return "M";
    case TimePeriod::Kind::date:
    case TimePeriod::Kind::interval: break;
    }
    return dataset.frequency.empty() ? std::string_view{"_U"} : std::string_view{dataset.frequency};
}

std::string structure_id(DatasetInfo const& dataset, bool derived) {
    return "KREISLAUF:" + dataset.id + (derived ? "(1.1)" : "(1.0)");
}

} // namespace gateway::feed
