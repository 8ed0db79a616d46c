// JSON-stat of series (declared in series_writers.hpp).
#include <map>
#include <set>
#include <string>
#include <vector>

#include "gateway/feed/german.hpp"
#include "gateway/feed/rows.hpp"
#include "gateway/serve/api/series_writers.hpp"

namespace gateway::serve::api {
namespace {

constexpr std::size_t piece_bytes = std::size_t{64} << 10U;

/// The categories of one dimension and where each stands.
struct Axis {
    std::string id, name;
    std::map<std::string, std::string> labels; ///< by code
    std::map<std::string, std::uint64_t> places;
    void number() {
        for (auto const& entry : labels) places.emplace(entry.first, places.size());
    }
};

/// What does not apply to a series stands as in SDMX.
std::string code_or_none(IndicatorKey const& key, std::string const& dimension) {
    auto const code = key.at(dimension);
    return code.empty() ? "_Z" : std::string{code};
}

class Cube {
  public:
    Cube(feed::FigureSource const& figures, feed::DatasetContext const& dataset, feed::ByteSink const& sink)
        : figures_(figures), dataset_(dataset), sink_(sink) {}

    void write() {
        collect();
        json_.object()
            .field("version", "2.0")
            .field("class", "dataset")
            .field("label", dataset_.info.title)
            .field("source", feed::credit_of(dataset_.info))
            .field_or_null("updated", dataset_.vintages.empty()
                                          ? ""
                                          : utc_text(dataset_.vintages.rbegin()->second.received));
        json_.key("id").array();
        for (auto const& axis : axes_) json_.text(axis.id);
        json_.end_array().key("size").array();
        for (auto const& axis : axes_) json_.number(axis.places.size());
        json_.end_array().key("role").object().key("time").array().text("TIME_PERIOD").end_array();
        json_.key("geo").array().text("AREA").end_array().key("metric").array().text("MEASURE").end_array();
        json_.end_object().key("dimension").object();
        for (auto const& axis : axes_) write_axis(axis);
        json_.end_object().key("value").object();
        each([this](std::uint64_t place, Observation const& figure) {
            json_.key(std::to_string(place)).digits(figure.value.number());
        });
        json_.end_object().key("status").object();
        each([this](std::uint64_t place, Observation const& figure) {
            auto text = std::string(1, to_char(figure.quality.status));
            if (figure.value.reason()) text += " " + std::string{to_string(*figure.value.reason())};
            if (text != "A") json_.field(std::to_string(place), text);
        });
        json_.end_object()
            .key("extension")
            .object()
            .field("dataset", dataset_.info.id)
            .field("licence", dataset_.info.licence)
            .end_object()
            .end_object();
        flush();
    }

  private:
    void flush() { sink_(json_.take()); }

    void collect() {
        axes_.push_back({"AREA", "Gebiet", {}, {}});
        for (auto const& dimension : dataset_.info.dimensions)
            axes_.push_back({dimension, std::string{feed::dimension_de(dimension)}, {}, {}});
        axes_.push_back({"UNIT_MULT", "Zehnerpotenz der Einheit", {}, {}});
        axes_.push_back({"TIME_PERIOD", "Zeit", {}, {}});
        figures_.each([this](feed::SeriesRecord const& record) {
            if (record.dataset.info.id != dataset_.info.id) return;
            axes_.front().labels[area_key(record.area)] = record.area_name;
            for (std::size_t i = 1; i + 2 < axes_.size(); ++i) {
                auto const code = code_or_none(record.indicator, axes_[i].id);
                auto label = feed::label_of(dataset_, axes_[i].id, code);
                if (label.empty() && axes_[i].id == "UNIT") label = feed::unit_de(code);
                axes_[i].labels[code] = label.empty() ? code : label;
            }
            auto const power = std::to_string(feed::multiplier_of(record.indicator));
            axes_[axes_.size() - 2].labels[power] = power;
            for (auto const& figure : record.observations)
                axes_.back().labels[figure.period.to_sdmx()] = feed::period_de(figure.period);
        });
        for (auto& axis : axes_) axis.number();
    }

    void write_axis(Axis const& axis) {
        json_.key(axis.id).object().field("label", axis.name).key("category").object().key("index").array();
        for (auto const& entry : axis.labels) json_.text(entry.first);
        json_.end_array().key("label").object();
        for (auto const& [code, label] : axis.labels) json_.field(code, label);
        json_.end_object().end_object().end_object();
        if (json_.size() >= piece_bytes) flush();
    }

    template <typename Each>
    void each(Each const& sink) {
        figures_.each([&](feed::SeriesRecord const& record) {
            if (record.dataset.info.id != dataset_.info.id) return;
            auto place = axes_.front().places.at(area_key(record.area));
            for (std::size_t i = 1; i + 2 < axes_.size(); ++i)
                place = place * axes_[i].places.size() +
                        axes_[i].places.at(code_or_none(record.indicator, axes_[i].id));
            auto const& powers = axes_[axes_.size() - 2].places;
            place = place * powers.size() + powers.at(std::to_string(feed::multiplier_of(record.indicator)));
            auto const& times = axes_.back().places;
            for (auto const& figure : record.observations)
                sink(place * times.size() + times.at(figure.period.to_sdmx()), figure);
            if (json_.size() >= piece_bytes) flush();
        });
    }

    feed::FigureSource const& figures_;
    feed::DatasetContext const& dataset_;
    feed::ByteSink const& sink_;
    std::vector<Axis> axes_;
    Json json_;
};

} // namespace

void write_jsonstat(feed::FigureSource const& figures, feed::ByteSink const& sink) {
    auto const datasets = figures.datasets();
    bool const several = datasets.size() != 1;
    if (several) sink("{\"version\":\"2.0\",\"class\":\"collection\",\"link\":{\"item\":[");
    bool first = true;
    for (auto const* dataset : datasets) {
        if (!first) sink(",");
        first = false;
        Cube{figures, *dataset, sink}.write();
    }
    sink(several ? "]}}\n" : "\n");
}

} // namespace gateway::serve::api
