// A source of figures in memory, and what a view made of it as text.
#pragma once

#include <list>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/feed/source.hpp"
#include "gateway/harmonize/mapping.hpp"

namespace gateway::derive::series {

inline harmonize::MappingFiles project_mappings() {
    return harmonize::MappingFiles::from_directory(std::string{KREISLAUF_SOURCE_DIR} + "/mappings");
}

class MemorySource : public feed::FigureSource {
  public:
    /// A dataset whose vintage 1 was received on `day`.
    void dataset(std::string const& id, std::string const& table, std::string const& day,
                 std::vector<std::string> dimensions = {"MEASURE", "UNIT", "SEX", "AGE", "CITIZENSHIP"}) {
        auto& context = contexts_.emplace_back();
        context.info.id = id;
        context.info.table = table;
        context.info.statistic = table.substr(0, 5);
        context.info.dimensions = std::move(dimensions);
        context.vintages[1].received = UnixTime{parse_date(day).value()} * 86400;
    }
    /// A series of the last dataset: figures as "2024-12-31 126775"; "." is confidential.
    void series(std::string const& area, std::string const& indicator,
                std::vector<std::string> const& figures, Protection protection = Protection::none) {
        auto& made = series_.emplace_back();
        made.context = &contexts_.back();
        made.area = {CodeList::ags, AreaLevel::county, area};
        made.indicator = IndicatorKey::parse(indicator);
        for (auto const& text : figures) {
            auto const blank = text.find(' ');
            Observation figure;
            figure.period = parse_sdmx_period(text.substr(0, blank)).value();
            auto const digits = text.substr(blank + 1);
            figure.value = digits == "." ? Value::missing(MissingReason::confidential)
                                         : Value::of(parse_decimal(digits).value);
            figure.quality.protection = protection;
            figure.vintage = 1;
            made.figures.push_back(figure);
        }
    }

    [[nodiscard]] std::vector<feed::DatasetContext const*> datasets() const override {
        std::vector<feed::DatasetContext const*> all;
        all.reserve(contexts_.size());
        for (auto const& context : contexts_) all.push_back(&context);
        return all;
    }
    void each(feed::SeriesSink const& each) const override {
        for (auto const& one : series_)
            each(feed::SeriesRecord{*one.context, one.area, "Kreis " + one.area.code, one.indicator,
                                    one.figures});
    }

  private:
    struct Series {
        feed::DatasetContext const* context = nullptr;
        Area area;
        IndicatorKey indicator;
        std::vector<Observation> figures;
    };
    std::list<feed::DatasetContext> contexts_;
    std::list<Series> series_;
};

/// "DATASET/AREA/INDICATOR PERIOD VALUE STATUS origin [flags]", one line per figure.
inline std::vector<std::string> lines_of(feed::FigureSource const& source) {
    std::vector<std::string> lines;
    source.each([&lines](feed::SeriesRecord const& record) {
        for (std::size_t i = 0; i < record.observations.size(); ++i) {
            auto const& figure = record.observations[i];
            auto line =
                record.dataset.info.id + "/" + record.area.code + "/" + record.indicator.text() + " " +
                figure.period.to_sdmx() + " " +
                figure.value.visit([](Decimal number) { return number.to_string(); },
                                   [](MissingReason reason) { return std::string{to_string(reason)}; }) +
                " " + to_char(figure.quality.status);
            if (record.derived != nullptr) {
                auto const& derived = (*record.derived)[i];
                line += " " + std::string(1, feed::to_char(derived.origin)) + " [" + derived.flags + "]";
            }
            lines.push_back(line);
        }
    });
    return lines;
}

} // namespace gateway::derive::series
