#include <algorithm>
#include <map>
#include <numeric>

#include "gateway/ingest/feed_draft.hpp"
#include "gateway/ingest/formats.hpp"
#include "gateway/ingest/load.hpp"

namespace gateway::ingest {
namespace {

/// The mapping files with one description more (or another one), and what it names.
harmonize::MappingFiles with(harmonize::MappingFiles const& files, std::map<std::string, std::string> texts) {
    auto const add = [&](std::string const& file) {
        if (auto found = files.text(file)) texts.emplace(file, std::move(*found));
    };
    for (auto const* const file :
         {"units.toml", "time.toml", "services.toml", "territory/counties.csv", "territory/regions.csv"})
        add(file);
    for (auto const* const folder : {"signs", "variables", "feeds"})
        for (auto const& file : files.names(folder)) add(file);
    for (auto const& feed : harmonize::list_feeds(files))
        add("feeds/" + feed.office + "/" + feed.feed + ".toml");
    return harmonize::MappingFiles{std::move(texts)};
}

std::vector<std::uint32_t> in_order(std::size_t count) {
    std::vector<std::uint32_t> order(count);
    std::iota(order.begin(), order.end(), 0U);
    return order;
}

std::string row_text(harmonize::TableKeys const& keys, std::uint32_t indicator, std::uint32_t area,
                     harmonize::ResolvedCell const& cell, harmonize::CellState const& state) {
    std::string text = "AREA=" + area_key(keys.areas()[area]) + " TIME_PERIOD=" + cell.period.to_sdmx();
    for (auto const& [dimension, code] : keys.indicators()[indicator].codes())
        text += " " + dimension + "=" + code;
    text += state.reason ? " OBS_VALUE= MISSING_REASON=" + std::string{to_string(*state.reason)}
                         : " OBS_VALUE=" + cell.number.to_string();
    if (state.quality.status != ObsStatus::normal)
        text += std::string{" OBS_STATUS="} + to_char(state.quality.status);
    return text;
}

} // namespace

FeedTrial try_feed(harmonize::MappingFiles const& files, std::string const& name, std::string_view text,
                   std::string const& office, std::string_view bytes, std::int32_t day,
                   std::string const& scratch, std::size_t most_rows, harmonize::Beside const& beside) {
    auto const feed = harmonize::parse_feed(files, name, text, office, beside);
    std::map<std::string, std::string> own;
    for (auto const& attached : harmonize::attachments_of(name, text)) {
        auto const path = "feeds/" + office + "/" + attached;
        auto const found = beside.find(attached);
        own[path] = found != beside.end() ? found->second : files.text(path).value_or("");
    }
    own["feeds/" + office + "/" + feed.ref.feed + ".toml"] = std::string{text};
    auto const together = with(files, std::move(own));
    auto const areas = harmonize::AreaRegister::load(together);
    auto const harmonized =
        harmonize_document(bytes, {office, feed.ref.feed}, '\0', together, areas, day, 1, scratch);
    auto& table = *harmonized.table;
    auto const& keys = table.keys();
    FeedTrial trial;
    harmonize::KeyOrder order;
    order.indicator = in_order(keys.indicators().size());
    order.area = in_order(keys.areas().size());
    order.period = in_order(keys.periods().size());
    std::multimap<std::uint64_t, std::string> first;
    table.emit(std::move(order), 1, [&](std::uint32_t indicator, std::uint32_t area, auto const cells) {
        ++trial.series;
        for (auto const& cell : cells) {
            ++trial.figures;
            if (most_rows == 0 || (first.size() == most_rows && cell.line >= first.rbegin()->first)) continue;
            first.emplace(cell.line, row_text(keys, indicator, area, cell, table.states()[cell.state]));
            if (first.size() > most_rows) first.erase(std::prev(first.end()));
        }
    });
    for (auto& entry : first) trial.first.push_back({entry.first, std::move(entry.second)});
    trial.issues = table.issues();
    auto const unruled = keys.source_codes();
    for (auto const& issue : unruled) {
        auto const same = [&issue](Issue const& known) { return known.text == issue.text; };
        if (std::none_of(trial.issues.begin(), trial.issues.end(), same)) trial.issues.push_back(issue);
    }
    trial.rows = table.rows();
    trial.set_aside = table.set_aside();
    trial.repeated = table.repeated();
    if (!keys.periods().empty())
        trial.dataset = harmonized.mapping->dataset(keys.periods().front(), {}, {}).id;
    return trial;
}

} // namespace gateway::ingest
