#include "gateway/ingest/territory_news.hpp"

#include <algorithm>
#include <filesystem>
#include <set>
#include <vector>

#include "gateway/core/time_period.hpp"
#include "gateway/harmonize/territory/import_read.hpp"
#include "gateway/io/file.hpp"
#include "gateway/io/sha256.hpp"

namespace gateway::ingest {
namespace {

using namespace harmonize::territory;

constexpr std::string_view source = "kreislauf";
constexpr std::string_view consequence = "; auf andere Gebiete umgerechnete Zahlen können sich ändern";
constexpr std::size_t most_named = 12;

std::string_view german(ImportKind kind) noexcept {
    switch (kind) {
    case ImportKind::changes: return "Liste der Gebietsänderungen";
    case ImportKind::extract: return "Auszug aus dem Gemeindeverzeichnis";
    case ImportKind::gv100: return "Gemeindeverzeichnis";
    case ImportKind::crosswalk: return "Umsteigeschlüssel";
    case ImportKind::workbook: break;
    }
    return {};
}

/// Areas that a list of changes names and the store has figures of.
std::string concerned(store::Store const& store, ImportReport const& report, std::string_view bytes) {
    if (report.kind != ImportKind::changes) return {};
    std::vector<Issue> rejected; // told with the import
    std::set<std::string> keys;
    for (auto const& row : read_change_list(bytes, report.name, &rejected))
        for (auto const& key : {row.old_key, row.new_key})
            if (!key.empty() && !store.find_areas(key).empty()) keys.insert(key);
    std::string text;
    std::size_t named = 0;
    for (auto const& key : keys) {
        if (named == most_named) {
            text += " und " + std::to_string(keys.size() - named) + " weitere";
            break;
        }
        text += (named++ == 0 ? ", betrifft " : ", ") + key;
    }
    return text;
}

/// Writes the entry and that it is written. Nothing where `text_of` finds nothing to say.
std::optional<std::uint64_t> announce_once(store::Store& store, std::string const& item,
                                           std::string const& mark, bool only_remember,
                                           std::string const& text, UnixTime now) {
    auto const group = store.group();
    std::optional<std::uint64_t> number;
    if (!only_remember) number = store.announce({store::ChangeKind::territory, {}, now, text});
    store.change_position(source, item, [&mark](std::string const&) { return mark; });
    group->commit();
    return number;
}

} // namespace

std::optional<std::uint64_t> announce_import(store::Store& store, ImportReport const& report,
                                             std::string_view bytes, UnixTime now) {
    auto const kind = german(report.kind);
    if (kind.empty()) return std::nullopt;
    auto const item = "territory import " + report.sha256;
    if (!store.position(source, item).empty()) return std::nullopt;
    auto const text = "Gebietsstand: " + std::string{kind} + " " + report.name + " (" + report.from +
                      " bis " + report.to + ", " + std::to_string(report.rows) + " Zeilen) kommt hinzu" +
                      concerned(store, report, bytes) + std::string{consequence};
    return announce_once(store, item, "announced", false, text, now);
}

std::optional<std::uint64_t> announce_register(store::Store& store, std::string const& folder, UnixTime now) {
    std::vector<std::string> names;
    for (auto const& entry : std::filesystem::directory_iterator(folder))
        if (entry.path().extension() == ".csv") names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    std::string all;
    for (auto const& name : names)
        all += name + " " + io::sha256_hex(io::read_file(folder + "/" + name)) + "\n";
    auto const mark = io::sha256_hex(all);
    constexpr auto item = "territory register";
    auto const known = store.position(source, item);
    if (known == mark) return std::nullopt;
    std::int32_t newest = 0;
    auto const areas = Register::from_directory(folder);
    for (auto const& event : areas.events())
        if (event.day_known) newest = std::max(newest, event.legal);
    auto const text = "Gebietsstand: das Verzeichnis der Kreise ist ein anderes, mit Änderungen bis " +
                      date_text(newest) + std::string{consequence};
    return announce_once(store, item, mark, known.empty(), text, now);
}

} // namespace gateway::ingest
