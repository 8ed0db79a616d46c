// Joining: one line out of several datasets (declared in views.hpp).
#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "gateway/core/error.hpp"
#include "gateway/derive/series/views.hpp"
#include "gateway/harmonize/series/join.hpp"

namespace gateway::derive::series {

/// A series of one dataset, owned.
struct JoinView::Piece {
    std::string dataset, name, view;
    Area area;
    rules::JoinSource source;
    std::vector<feed::Derived> derived; ///< empty = as published
};

/// Every table must share a line with the first, or nothing is joined and the caller should know why.
void JoinView::require_common_lines(Lines const& lines) const {
    auto const& first = datasets_.front();
    for (auto const& dataset : datasets_) {
        if (dataset == first) continue;
        Piece const* of_first = nullptr;
        Piece const* of_other = nullptr;
        bool together = false;
        for (auto const& [key, pieces] : lines) {
            bool has_first = false;
            bool has_other = false;
            for (auto const& piece : pieces) {
                if (piece.dataset == first) of_first = of_first == nullptr ? &piece : of_first;
                if (piece.dataset == dataset) of_other = of_other == nullptr ? &piece : of_other;
                has_first = has_first || piece.dataset == first;
                has_other = has_other || piece.dataset == dataset;
            }
            together = together || (has_first && has_other);
        }
        if (together) continue;
        if (of_first == nullptr || of_other == nullptr)
            throw Error{Errc::not_found,
                        (of_first == nullptr ? first : dataset) +
                            " has no series for these areas and codes; kreislauf get shows what it "
                            "has, and --where must name codes that both tables have"};
        rules::require_joinable(of_first->source, of_other->source, guard_);
        throw Error{Errc::invalid_argument,
                    first + " and " + dataset + " share no line: one has " +
                        of_first->source.indicator.text() + ", the other " +
                        of_other->source.indicator.text() +
                        "; choose codes with --where, or bring both to the same classes with --ages or "
                        "--nationality"};
    }
}

JoinView::JoinView(feed::FigureSource const& source, std::vector<std::string> datasets,
                   rules::ConceptGuard const& guard, rules::BreakRegister const& breaks)
    : SeriesView(source, "join"), datasets_(std::move(datasets)), guard_(guard), breaks_(breaks) {}

void JoinView::each(feed::SeriesSink const& sink) const {
    begin();
    Lines lines;
    source().each([&](feed::SeriesRecord const& record) {
        Piece piece{record.dataset.info.id,
                    std::string{record.area_name},
                    std::string{record.view},
                    record.area,
                    {record.dataset.info, record.indicator, record.observations, {}},
                    record.derived == nullptr ? std::vector<feed::Derived>{} : *record.derived};
        for (auto const& figure : record.observations)
            piece.source.received.push_back(point_of(record.dataset, figure).received);
        lines[{record.area.level, record.area.code, record.area.list, rules::line_key(record.indicator)}]
            .push_back(std::move(piece));
    });
    auto const place_of = [this](std::string const& dataset) {
        return std::find(datasets_.begin(), datasets_.end(), dataset) - datasets_.begin();
    };
    require_common_lines(lines);
    for (auto& line_of_area : lines) {
        auto& pieces = line_of_area.second;
        if (std::none_of(pieces.begin(), pieces.end(),
                         [this](Piece const& piece) { return piece.dataset == datasets_.front(); })) {
            for (auto const& piece : pieces)
                leave_out({context(piece.dataset), piece.area, piece.name, piece.source.indicator,
                           piece.source.figures},
                          "no line of " + datasets_.front() + " has its area and codes", 1, false);
            continue;
        }
        std::stable_sort(pieces.begin(), pieces.end(), [&](Piece const& a, Piece const& b) {
            return place_of(a.dataset) < place_of(b.dataset);
        });
        std::vector<rules::JoinSource> sources;
        sources.reserve(pieces.size());
        for (auto const& piece : pieces) sources.push_back(piece.source);
        auto const line = rules::join(sources, guard_, breaks_);
        Output output;
        auto const hand_over = [&](std::size_t from) {
            auto const& piece = pieces[from];
            hand_out(sink, context(piece.dataset), piece.area, piece.name, piece.source.indicator, output,
                     piece.view);
            output = {};
        };
        for (std::size_t i = 0; i < line.size(); ++i) {
            auto const& figure = line[i];
            if (i > 0 && line[i - 1].source != figure.source) hand_over(line[i - 1].source);
            auto const& piece = pieces[figure.source];
            auto derived = piece.derived.empty() ? feed::Derived{} : piece.derived[figure.figure];
            if (piece.derived.empty() && figure.shown.value.is_missing())
                derived.origin = feed::Derived::Origin::none;
            say_breaks(derived, figure.breaks);
            for (auto const& [other, index] : figure.second) {
                auto const number = pieces[other].source.figures[index].value.number();
                if (!number) continue;
                merge_words(derived.flags, "second_value", ' ');
                auto const text = pieces[other].dataset + " " + number->to_string();
                derived.note += (derived.note.empty() ? "also published: " : "; also published: ") + text;
                derived.note_de +=
                    (derived.note_de.empty() ? "auch veröffentlicht: " : "; auch veröffentlicht: ") + text;
            }
            add_marked(output, figure.shown, std::move(derived), piece.source.figures[figure.figure],
                       piece.source.indicator);
        }
        if (!line.empty()) hand_over(line.back().source);
    }
}

} // namespace gateway::derive::series
