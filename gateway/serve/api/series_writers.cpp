#include "gateway/serve/api/series_writers.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "gateway/feed/rows.hpp"

namespace gateway::serve::api {
namespace {

constexpr std::size_t piece_bytes = std::size_t{64} << 10U;

/// A field of RFC 4180.
void append_field(std::string& out, std::string_view text) {
    out += ',';
    if (text.find_first_of(",\"\n\r") == std::string_view::npos) {
        out += text;
        return;
    }
    out += '"';
    for (char const c : text) {
        if (c == '"') out += '"';
        out += c;
    }
    out += '"';
}

std::string digits(std::optional<Decimal> const& number) {
    return number ? number->to_string() : std::string{};
}

class CsvWriter final : public feed::Writer {
  public:
    CsvWriter(feed::ByteSink sink, feed::FeedContext context)
        : sink_(std::move(sink)), context_(std::move(context)) {
        for (auto const* dataset : context_.datasets)
            for (auto const& dimension : dataset->info.dimensions)
                if (dimension != "UNIT_MULT" &&
                    std::find(dimensions_.begin(), dimensions_.end(), dimension) == dimensions_.end())
                    dimensions_.push_back(dimension);
        out_ = "dataset,area,area_name,level";
        for (auto const& dimension : dimensions_) append_field(out_, dimension);
        out_ += ",unit_mult,period,value,missing_reason,obs_status,conf_status,protection,obs_lo,obs_hi,sign,"
                "vintage,received,figure_id";
        if (context_.derived)
            out_ += ",origin,territory,coverage,sources,largest_share,low,high,method,flags,basis,note";
        out_ += '\n';
    }

    void series(feed::SeriesRecord const& record) override {
        feed::require_announced(context_, record);
        std::string head;
        append_field(head, record.dataset.info.id);
        head.erase(0, 1);
        append_field(head, area_key(record.area));
        append_field(head, record.area_name);
        append_field(head, name_of(record.area.level));
        for (auto const& dimension : dimensions_) append_field(head, record.indicator.at(dimension));
        append_field(head, std::to_string(feed::multiplier_of(record.indicator)));
        auto const prefix = feed::figure_prefix(record);
        for (std::size_t i = 0; i < record.observations.size(); ++i) {
            out_ += head;
            add_figure(record, record.observations[i], prefix);
            if (context_.derived) {
                static feed::Derived const published;
                add_derived(record.derived == nullptr ? published : (*record.derived)[i]);
            }
            out_ += '\n';
        }
        if (out_.size() >= piece_bytes) flush();
    }
    void finish() override { flush(); }

  private:
    void flush() {
        sink_(out_);
        out_.clear();
    }
    void add_figure(feed::SeriesRecord const& record, Observation const& figure, std::string const& prefix) {
        append_field(out_, figure.period.to_sdmx());
        append_field(out_, digits(figure.value.number()));
        append_field(out_, figure.value.reason() ? to_string(*figure.value.reason()) : "");
        append_field(out_, std::string(1, to_char(figure.quality.status)));
        append_field(out_, std::string(1, to_char(figure.quality.confidentiality)));
        append_field(out_, to_string(figure.quality.protection));
        append_field(out_, digits(feed::lower_bound_of(figure)));
        append_field(out_, digits(feed::upper_bound_of(figure)));
        append_field(out_, figure.quality.sign.text());
        append_field(out_, std::to_string(figure.vintage));
        append_field(out_, utc_text(feed::vintage_of(record, figure).received));
        std::string id = prefix;
        feed::append_figure_suffix(id, figure.period, figure.vintage);
        if (!record.view.empty()) id.append("~").append(record.view);
        append_field(out_, id);
    }
    void add_derived(feed::Derived const& derived) {
        append_field(out_, feed::to_string(derived.origin));
        append_field(out_, derived.territory ? date_text(*derived.territory) : "");
        append_field(out_, derived.coverage.to_string());
        append_field(out_, std::to_string(derived.sources));
        append_field(out_, digits(derived.largest_share));
        append_field(out_, digits(derived.low));
        append_field(out_, digits(derived.high));
        append_field(out_, derived.method);
        append_field(out_, derived.flags);
        append_field(out_, derived.basis);
        append_field(out_, derived.note);
    }

    feed::ByteSink sink_;
    feed::FeedContext context_;
    std::vector<std::string> dimensions_;
    std::string out_;
};

class JsonWriter final : public feed::Writer {
  public:
    JsonWriter(feed::ByteSink sink, feed::FeedContext context)
        : sink_(std::move(sink)), context_(std::move(context)) {
        json_.object().key("datasets").array();
        for (auto const* dataset : context_.datasets) {
            auto const& info = dataset->info;
            json_.object()
                .field("id", info.id)
                .field("title", info.title)
                .field("source", info.source)
                .field("table", info.table)
                .field("licence", info.licence)
                .field("attribution", feed::credit_of(info));
            json_.key("vintage");
            dataset->vintages.empty() ? json_.null() : json_.number(dataset->vintages.rbegin()->first);
            json_.end_object();
        }
        json_.end_array().key("series").array();
    }

    void series(feed::SeriesRecord const& record) override {
        feed::require_announced(context_, record);
        json_.object()
            .field("dataset", record.dataset.info.id)
            .field("area", area_key(record.area))
            .field("area_name", record.area_name)
            .field("level", name_of(record.area.level))
            .field("indicator", record.indicator.text())
            .key("dimensions")
            .object();
        for (auto const& [dimension, code] : record.indicator.codes()) json_.field(dimension, code);
        json_.end_object().key("labels").object();
        for (auto const& [dimension, code] : record.indicator.codes())
            if (auto const label = feed::label_of(record.dataset, dimension, code); !label.empty())
                json_.field(dimension, label);
        json_.end_object().key("figures").array();
        auto const prefix = feed::figure_prefix(record);
        for (std::size_t i = 0; i < record.observations.size(); ++i) {
            auto const& figure = record.observations[i];
            std::string id = prefix;
            feed::append_figure_suffix(id, figure.period, figure.vintage);
            if (!record.view.empty()) id.append("~").append(record.view);
            json_.object().field("id", id).field("period", figure.period.to_sdmx()).key("value");
            json_.digits(figure.value.number());
            write_quality(json_, figure);
            json_.field("vintage", std::uint64_t{figure.vintage})
                .field("received", utc_text(feed::vintage_of(record, figure).received));
            if (record.derived != nullptr) {
                json_.key("derived");
                write_derived(json_, (*record.derived)[i]);
            }
            json_.end_object();
        }
        json_.end_array().end_object();
        if (json_.size() >= piece_bytes) sink_(json_.take());
    }
    void finish() override {
        json_.end_array().end_object();
        sink_(json_.take() + "\n");
    }

  private:
    feed::ByteSink sink_;
    feed::FeedContext context_;
    Json json_;
};

} // namespace

void write_quality(Json& json, Observation const& figure) {
    json.field_or_null("missing_reason", figure.value.reason() ? to_string(*figure.value.reason()) : "")
        .field("obs_status", std::string(1, to_char(figure.quality.status)))
        .field("conf_status", std::string(1, to_char(figure.quality.confidentiality)))
        .field("protection", to_string(figure.quality.protection))
        .field_or_null("sign", figure.quality.sign.text());
    json.key("obs_lo").digits(feed::lower_bound_of(figure));
    json.key("obs_hi").digits(feed::upper_bound_of(figure));
}

void write_derived(Json& json, feed::Derived const& derived) {
    json.object()
        .field("origin", feed::to_string(derived.origin))
        .field_or_null("territory", derived.territory ? date_text(*derived.territory) : "");
    json.key("coverage").digits(derived.coverage);
    json.field("sources", std::uint64_t{derived.sources});
    json.key("largest_share").digits(derived.largest_share);
    json.key("low").digits(derived.low);
    json.key("high").digits(derived.high);
    json.field_or_null("method", derived.method)
        .field_or_null("flags", derived.flags)
        .field_or_null("basis", derived.basis)
        .field_or_null("note", derived.note)
        .field_or_null("note_de", derived.note_de)
        .end_object();
}

std::unique_ptr<feed::Writer> make_csv(feed::ByteSink sink, feed::FeedContext const& context) {
    return std::make_unique<CsvWriter>(std::move(sink), context);
}

std::unique_ptr<feed::Writer> make_json(feed::ByteSink sink, feed::FeedContext const& context) {
    return std::make_unique<JsonWriter>(std::move(sink), context);
}

} // namespace gateway::serve::api
