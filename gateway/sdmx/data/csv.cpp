// SDMX-CSV 1.0 and 2.0.
//
// Columns  2.0: STRUCTURE, STRUCTURE_ID, [STRUCTURE_NAME], ACTION, [SERIES_KEY], [OBS_KEY]; 1.0: DATAFLOW; then FREQ,
//          AREA, the dataset's dimensions, TIME_PERIOD, OBS_VALUE, attributes; VALID_FROM and VALID_TO with
//          includeHistory. ',' and '.', RFC 4180, UTF-8 without BOM, LF, as in packages (feed/sdmx_csv.hpp).
// Names    labels=both: "CODE: Name"; labels=name (2.0): a column with the name behind every column, empty where
//          there are no codes: readers take the columns in pairs
#include <algorithm>

#include "gateway/sdmx/common/text.hpp"
#include "gateway/sdmx/data/formats.hpp"
#include "gateway/sdmx/data/renderer.hpp"

namespace gateway::sdmx::data {
namespace {

using common::ErrorCode;
using common::SdmxError;

void append_field(std::string& out, std::string_view text) {
    bool const is_plain = std::none_of(text.begin(), text.end(),
                                       [](char c) { return c == ',' || c == '"' || c == '\r' || c == '\n'; });
    if (is_plain) {
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

/// Attributes whose texts are codes of a list, so that they have names.
bool is_coded(Attribute attribute) noexcept {
    switch (attribute) {
    case Attribute::obs_status:
    case Attribute::conf_status:
    case Attribute::protection:
    case Attribute::missing_reason:
    case Attribute::area_list:
    case Attribute::area_level:
    case Attribute::licence: return true;
    default: return false;
    }
}

class Csv final : public Renderer {
  public:
    Csv(StoreLease lease, query::DatasetViewPtr dataset, query::Selection selection, MessageOptions how)
        : Renderer(std::move(lease), std::move(dataset), std::move(selection), std::move(how)),
          is_new_(options().media.format == Format::csv20), labels_(options().media.labels),
          keys_(options().media.keys) {
        columns_ = ids();
        if (options().companions) order_columns();
        put_attributes_in_rows();
        if (has_observation_key()) split_rows();
        if (labels_ != Labels::id) describe_areas(); // names of areas
        set_layout(Layout::time_series); // rows say everything, whatever stands at the observation
        for (auto const& part : parts()) {
            if (part.deleted && !is_new_)
                throw SdmxError{
                    ErrorCode::semantic,
                    "SDMX-CSV 1.0 cannot say what was deleted, and updatedAfter asks for it: ask for "
                    "application/vnd.sdmx.data+csv;version=2.0.0, for SDMX-ML or for SDMX-JSON"};
            has_history_ = has_history_ || part.valid_from.has_value();
        }
    }

  protected:
    void begin_pass(Out& out, std::size_t) override {
        if (!options().begins_message()) return;
        std::string line;
        if (is_new_) {
            line = "STRUCTURE,STRUCTURE_ID";
            if (labels_ == Labels::name) line += ",STRUCTURE_NAME";
            line += ",ACTION";
            if (keys_ == Keys::series || keys_ == Keys::both) line += ",SERIES_KEY";
            if (keys_ == Keys::observation || keys_ == Keys::both) line += ",OBS_KEY";
        } else {
            line = "DATAFLOW";
        }
        for (auto const& dimension : columns_) append_header(line, dimension, true);
        if (options().shown.observations) {
            append_header(line, "TIME_PERIOD", false);
            if (options().shown.value) append_header(line, "OBS_VALUE", false);
        }
        for (std::size_t i = 0; i < attribute_count; ++i) {
            auto const which = static_cast<Attribute>(i);
            if (shows(which) && (options().shown.observations || !attributes_at('o').test(i)))
                append_header(line, id_of(which), is_coded(which));
        }
        if (has_history_) {
            append_header(line, "VALID_FROM", false);
            append_header(line, "VALID_TO", false);
        }
        line.push_back('\n');
        out.append(line);
    }
    void end_pass(Out&, std::size_t) override {}

    void begin_part(Out&, query::Part const& part) override {
        auto const id = std::string{common::our_agency} + ":" + view().info.id + "(" +
                        std::string{common::our_version} + ")";
        auto const named =
            labels_ == Labels::both && !view().info.title.empty() ? id + ": " + view().info.title : id;
        lead_.clear();
        if (is_new_) lead_ += "dataflow,";
        append_field(lead_, named);
        if (is_new_) {
            if (labels_ == Labels::name) {
                lead_.push_back(',');
                append_field(lead_, view().info.title);
            }
            lead_ += part.action == query::Action::replace  ? ",R"
                     : part.action == query::Action::remove ? ",D"
                                                            : ",I";
        }
        history_.clear();
        if (has_history_) {
            history_ = "," + (part.valid_from ? utc_text(*part.valid_from) : std::string{});
            append_no_name(history_);
            history_ += "," + (part.valid_to ? utc_text(*part.valid_to) : std::string{});
            append_no_name(history_);
        }
        forget_ends();
    }

    void row(std::string& out, Key const& key) override {
        out += lead_;
        std::string series;
        for (std::size_t i = 0; keys_ != Keys::none && i < ids().size(); ++i) {
            if (i != 0) series.push_back('.');
            series += code_of(key, i);
        }
        if (is_new_ && (keys_ == Keys::series || keys_ == Keys::both)) {
            out.push_back(',');
            append_field(out, series);
        }
        if (has_observation_key()) {
            // Its time follows, then row_rest().
            out.push_back(',');
            out += series;
            if (options().shown.observations) {
                out.push_back('.');
                return;
            }
        }
        append_dimensions(out, key);
        if (options().shown.observations) return;
        append_series_attributes(out, key);
        append_dataset_attributes(out);
        out += history_;
        out.push_back('\n');
    }
    void row_rest(std::string& out, Key const& key) override { append_dimensions(out, key); }
    void open(std::string& out, Begins begins, std::string_view, std::string_view code) override {
        out.push_back(',');
        append_field(out, code);
        append_no_name(out);
        if (begins != Begins::deleted && options().shown.value) out.push_back(',');
    }
    void close_value(std::string& out, bool) override {
        if (options().shown.value) append_no_name(out);
    }
    void attribute(std::string& out, Attribute which, std::string_view text) override {
        append_code(out, id_of(which), text, is_coded(which));
    }
    void open_attribute(std::string& out, Attribute which) override {
        out.push_back(',');
        if (which == Attribute::figure_id) out.push_back('"');
    }
    void close_attribute(std::string& out, Attribute which) override {
        if (which == Attribute::figure_id) out.push_back('"');
        append_no_name(out);
    }
    void end_observation(std::string& out) override {
        out += history_;
        out.push_back('\n');
    }
    void end_deleted(std::string& out) override {
        // Nothing but the key: the whole observation is gone.
        if (options().shown.value) {
            out.push_back(',');
            append_no_name(out);
        }
        for (std::size_t i = 0; i < attribute_count; ++i) {
            auto const which = static_cast<Attribute>(i);
            if (shows(which)) append_code(out, id_of(which), {}, is_coded(which));
        }
        end_observation(out);
    }
    void append_figure_text(std::string& out, std::string_view text) override {
        for (char const c : text) {
            if (c == '"') out.push_back('"');
            out.push_back(c);
        }
    }
    std::string period_text(TimePeriod const& period) const override {
        return options().media.normalized_time ? date_text(period.start_day()) : period.to_sdmx();
    }

  private:
    /// The same for every companion: in the order in which they bring them.
    void order_columns() {
        columns_.clear();
        for (auto const& each : options().companions->views)
            for (auto const& id : each->dimensions())
                if (std::find(columns_.begin(), columns_.end(), id) == columns_.end()) columns_.push_back(id);
    }
    void append_dimensions(std::string& out, Key const& key) {
        using View = query::DatasetView;
        append_code(out, ids()[View::freq], code_of(key, View::freq), true);
        append_code(out, ids()[View::area], code_of(key, View::area), true);
        // The next series mostly has the same indicator.
        if (own_of_ != key.indicator) {
            own_of_ = key.indicator;
            own_.clear();
            for (std::size_t i = View::first_own; i < columns_.size(); ++i) {
                auto const position = view().position(columns_[i]);
                append_code(own_, columns_[i], position ? code_of(key, *position) : std::string_view{}, true);
            }
        }
        out += own_;
    }
    [[nodiscard]] bool has_observation_key() const noexcept {
        return is_new_ && (keys_ == Keys::observation || keys_ == Keys::both);
    }
    void append_header(std::string& line, std::string_view id, bool has_names) const {
        line.push_back(',');
        auto const name = labels_ == Labels::id ? std::string{} : names().component(id, language());
        // A reader takes a column without a name as one without names beside its codes.
        append_field(line, labels_ == Labels::both && (has_names || !name.empty())
                               ? std::string{id} + ": " + (name.empty() ? std::string{id} : name)
                               : std::string{id});
        if (labels_ == Labels::name) {
            line.push_back(',');
            append_field(line, name.empty() || name == id ? std::string{id} + "_NAME" : name);
        }
    }
    void append_code(std::string& out, std::string_view component, std::string_view code,
                     bool has_names) const {
        out.push_back(',');
        if (labels_ == Labels::id) return append_field(out, code);
        auto const name =
            has_names && !code.empty() ? names().code(component, code, language()) : std::string{};
        append_field(out, labels_ == Labels::both && !name.empty() ? std::string{code} + ": " + name
                                                                   : std::string{code});
        if (labels_ == Labels::name) {
            out.push_back(',');
            append_field(out, name);
        }
    }
    /// Of a column whose texts are no codes.
    void append_no_name(std::string& out) const {
        if (labels_ == Labels::name) out.push_back(',');
    }

    bool is_new_;
    Labels labels_;
    Keys keys_;
    bool has_history_ = false;
    std::vector<std::string> columns_; ///< dimensions: those of the dataset, or of all in the message
    std::string lead_, history_, own_;
    std::optional<std::uint32_t> own_of_; ///< indicator of own_
};

} // namespace

std::unique_ptr<DataWriter> make_csv(StoreLease lease, query::DatasetViewPtr view, query::Selection selection,
                                     MessageOptions options) {
    return std::make_unique<Csv>(std::move(lease), std::move(view), std::move(selection), std::move(options));
}

} // namespace gateway::sdmx::data
