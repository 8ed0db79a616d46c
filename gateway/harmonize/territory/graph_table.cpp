// Imported tables inside the graph: direct, inverted, and chained with events before and after.
#include <algorithm>
#include <array>
#include <cmath>
#include <memory>

#include "gateway/core/time_period.hpp"
#include "gateway/harmonize/territory/graph.hpp"
#include "gateway/harmonize/territory/graph_edges.hpp"

namespace gateway::harmonize::territory {
namespace {

std::int32_t year_of(std::int32_t day) {
    return std::stoi(date_text(day).substr(0, 4));
}

std::int32_t last_of(std::int32_t year) {
    return days_from_date(year, 12, 31).value_or(0);
}

} // namespace

void Graph::use(Crosswalk table) {
    if (table.status != Crosswalk::Status::year || !table.target) {
        throw Error(Errc::invalid_argument, "a crosswalk by days or without a target year cannot be put into "
                                            "the graph; expected one from the "
                                            "31 December of years to that of one year");
    }
    auto const first = tables_.empty()
                           ? 1U
                           : tables_.back().first_source +
                                 static_cast<std::uint32_t>(tables_.back().crosswalk.sources.size());
    auto const target = last_of(*table.target);
    tables_.push_back({std::move(table), target, first});
    cache_.clear();
}

Graph::Edges Graph::by_table(Table const& from, std::int32_t year, bool backwards) {
    Edges edges;
    auto const& table = from.crosswalk;
    for (std::uint32_t old = 0; old < table.old_keys.size(); ++old) {
        auto const entry = table.entry(old, year);
        if (entry == Crosswalk::no_entry) continue;
        auto const parts = table.parts_of(entry);
        for (auto const& part : parts) {
            Edge edge{keys_.intern(table.old_keys.text(old)),
                      keys_.intern(table.new_keys.text(part.key)),
                      part.weights,
                      {},
                      part.source + from.first_source};
            edge.passage.kind = parts.size() > 1       ? Passage::Kind::divided
                                : edge.from == edge.to ? Passage::Kind::same
                                                       : Passage::Kind::whole;
            if (backwards) {
                std::swap(edge.from, edge.to);
                auto const index = static_cast<std::size_t>(&part - table.parts.data());
                edge.weights =
                    table.sizes.empty() ? PartSize{no_weight, no_weight, no_weight} : table.sizes[index];
            }
            edges.push_back(std::move(edge));
        }
    }
    sort_edges(edges);
    if (!backwards) return edges;
    // Sizes become shares of the later area.
    for (std::size_t begin = 0; begin < edges.size();) {
        auto end = begin;
        std::array<double, weight_count> sums{0, 0, 0};
        for (; end < edges.size() && edges[end].from == edges[begin].from; ++end)
            for (std::size_t w = 0; w < weight_count; ++w) sums[w] += edges[end].weights[w];
        for (auto i = begin; i < end; ++i) {
            auto& edge = edges[i];
            bool const only = end - begin == 1;
            for (std::size_t w = 0; w < weight_count; ++w)
                edge.weights[w] = only ? 1 : sums[w] > 0 ? edge.weights[w] / sums[w] : no_weight;
            edge.passage.kind = !only                  ? Passage::Kind::backwards
                                : edge.from == edge.to ? Passage::Kind::same
                                                       : Passage::Kind::whole;
        }
        begin = end;
    }
    return edges;
}

Graph::Edges Graph::chained_edges(Edges const& first, Edges const& then) const {
    Edges result;
    for (auto const& edge : first) {
        auto next = std::lower_bound(then.begin(), then.end(), edge.to,
                                     [](Edge const& e, std::uint32_t key) { return e.from < key; });
        for (; next != then.end() && next->from == edge.to; ++next) {
            Edge product = edge;
            product.to = next->to;
            product.source = std::max(edge.source, next->source);
            for (std::size_t w = 0; w < weight_count; ++w) product.weights[w] *= next->weights[w];
            product.passage.kind = std::max(edge.passage.kind, next->passage.kind);
            product.passage.basis = std::max(edge.passage.basis, next->passage.basis);
            product.passage.events.insert(product.passage.events.end(), next->passage.events.begin(),
                                          next->passage.events.end());
            result.push_back(std::move(product));
        }
    }
    std::stable_sort(result.begin(), result.end(), [](Edge const& a, Edge const& b) {
        return a.from != b.from ? a.from < b.from : a.to < b.to;
    });
    Edges merged;
    for (auto& edge : result) {
        if (merged.empty() || merged.back().from != edge.from || merged.back().to != edge.to) {
            merged.push_back(std::move(edge));
            continue;
        }
        auto& last = merged.back();
        for (std::size_t w = 0; w < weight_count; ++w) last.weights[w] += edge.weights[w];
        last.passage.kind = std::max(last.passage.kind, edge.passage.kind);
        auto& events = last.passage.events;
        events.insert(events.end(), edge.passage.events.begin(), edge.passage.events.end());
    }
    // What was divided and came together again is whole: exactly 1, not the sum of shares.
    for (std::size_t i = 0; i < merged.size(); ++i) {
        auto& edge = merged[i];
        std::sort(edge.passage.events.begin(), edge.passage.events.end());
        edge.passage.events.erase(std::unique(edge.passage.events.begin(), edge.passage.events.end()),
                                  edge.passage.events.end());
        bool const only = (i == 0 || merged[i - 1].from != edge.from) &&
                          (i + 1 == merged.size() || merged[i + 1].from != edge.from);
        if (!only) continue;
        edge.weights = {1, 1, 1};
        edge.passage.kind =
            edge.from == edge.to && edge.passage.events.empty() ? Passage::Kind::same : Passage::Kind::whole;
    }
    return merged;
}

Graph::Edges Graph::best_edges(std::int32_t from, std::int32_t to) {
    auto const early = std::min(from, to);
    auto const late = std::max(from, to);
    auto const year = year_of(early);
    auto const begin = last_of(year);
    Table const* table = nullptr;
    for (auto const& candidate : tables_) {
        auto const years = candidate.crosswalk.all_statuses();
        if (begin >= candidate.target || late < candidate.target ||
            !std::binary_search(years.begin(), years.end(), year))
            continue;
        if (table == nullptr || candidate.target > table->target) table = &candidate;
    }
    if (table == nullptr) return by_events(from, to);
    auto const target = table->target;
    auto const with_gaps = [](Edges edges, Edges const& others) {
        // Areas that the table does not list on its day go the way of the events.
        for (auto const& edge : others) {
            auto const listed = std::any_of(edges.begin(), edges.end(),
                                            [&edge](Edge const& e) { return e.from == edge.from; });
            if (!listed) edges.push_back(edge);
        }
        sort_edges(edges);
        return edges;
    };
    // A table says how much went where; the events say by which change.
    auto const with_events = [](Edges edges, Edges const& others) {
        for (auto& edge : edges) {
            auto const same = std::find_if(others.begin(), others.end(), [&edge](Edge const& other) {
                return other.from == edge.from && other.to == edge.to;
            });
            if (same != others.end()) edge.passage.events = same->passage.events;
        }
        return edges;
    };
    bool const backwards = from > to;
    Edges result;
    if (!backwards) {
        result = with_events(by_table(*table, year, false), by_events(begin, target));
        if (from != begin)
            result = chained_edges(by_events(from, begin), with_gaps(result, by_events(begin, target)));
        if (to != target) result = chained_edges(result, by_events(target, to));
        return result;
    }
    auto const known = by_events(target, begin);
    result = with_gaps(with_events(by_table(*table, year, true), known), known);
    if (from != target) result = chained_edges(by_events(from, target), result);
    if (to != begin) result = chained_edges(result, by_events(begin, to));
    return result;
}

std::unique_ptr<AreaMap> map_of_table(Crosswalk const& table, std::int32_t from, std::int32_t to) {
    bool const days = table.status == Crosswalk::Status::day;
    if (!table.target || (days ? *table.target : last_of(*table.target)) != to) return nullptr;
    auto const status = days ? from : year_of(from);
    if (!days && last_of(status) != from) return nullptr;
    auto const statuses = table.all_statuses();
    if (!std::binary_search(statuses.begin(), statuses.end(), status)) return nullptr;
    auto map = std::make_unique<AreaMap>();
    map->from = from;
    map->to = to;
    CrosswalkBuilder builder{Crosswalk::Status::day};
    for (auto const& source : table.sources) builder.source(source);
    constexpr double tolerance = 1e-3; // as the audit has it
    for (std::uint32_t key = 0; key < table.old_keys.size(); ++key) {
        auto const entry = table.entry(key, status);
        if (entry == Crosswalk::no_entry) continue;
        auto const parts = table.parts_of(entry);
        std::array<double, weight_count> sums{0, 0, 0};
        for (auto const& part : parts)
            for (std::size_t w = 0; w < weight_count; ++w) sums[w] += part.weights[w];
        constexpr auto area = static_cast<std::size_t>(Weight::area);
        for (auto part : parts) {
            auto const given = part.weights;
            for (std::size_t w = 0; w < weight_count; ++w)
                if (std::abs(sums[w] - 1) > tolerance) part.weights[w] = given[area];
            Passage passage;
            bool const same = table.old_keys.text(key) == table.new_keys.text(part.key);
            passage.kind = parts.size() > 1 ? Passage::Kind::divided
                           : same           ? Passage::Kind::same
                                            : Passage::Kind::whole;
            part.row = static_cast<std::uint32_t>(map->passages.size());
            builder.add(from, table.old_keys.text(key), table.new_keys.text(part.key), part,
                        {no_weight, no_weight, no_weight}, table.old_names[key], table.new_names[part.key]);
            map->passages.push_back(std::move(passage));
        }
    }
    builder.result().target = to;
    map->crosswalk = builder.finish();
    return map;
}

} // namespace gateway::harmonize::territory
