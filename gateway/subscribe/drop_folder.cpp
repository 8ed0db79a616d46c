#include "gateway/subscribe/drop_folder.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>

#include "gateway/core/error.hpp"
#include "gateway/ingest/package.hpp"
#include "gateway/io/file.hpp"
#include "gateway/io/sha256.hpp"
#include "gateway/subscribe/digest_text.hpp"
#include "gateway/subscribe/digest_words.hpp"
#include "gateway/subscribe/gather.hpp"
#include "gateway/subscribe/mail_way.hpp"
#include "gateway/subscribe/sealed.hpp"

namespace gateway::subscribe {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t entries_per_page = 1000;
constexpr char const* sums_file = "SHA256SUMS.txt";

/// What a spreadsheet would take for a formula gets a sign in front that makes it a text; numbers begin otherwise.
std::string field(std::string text) {
    if (!text.empty() && std::string_view{"=+@\t"}.find(text.front()) != std::string_view::npos)
        text.insert(0, 1, '\'');
    if (text.find_first_of(";\"\r\n") == std::string::npos) return text;
    std::string out = "\"";
    for (char const c : text) {
        if (c == '"') out += '"';
        out += c;
    }
    return out + "\"";
}

void append_row(io::DurableFile& file, std::vector<std::string> const& fields) {
    std::string row;
    for (std::size_t i = 0; i < fields.size(); ++i) row += (i == 0 ? "" : ";") + field(fields[i]);
    file.append(row + "\r\n");
}

std::string kind_words(store::ChangeKind kind) {
    return "Hinweis (" + std::string{store::to_string(kind)} + ")";
}

class ChangesFile {
  public:
    ChangesFile(store::Store const& store, std::string const& folder,
                harmonize::territory::Register const* areas)
        : store_{store}, areas_{areas}, file_{folder} {
        file_.append("\xEF\xBB\xBF");
        append_row(file_, {"Änderung", "Datensatz", "Tabelle", "Titel", "Gebietsschlüssel", "Gebiet",
                           "Merkmal", "Reihe", "Zeitraum", "Wert bisher", "Zustand bisher", "Wert jetzt",
                           "Zustand jetzt", "Hinweis", "Eingang"});
    }
    void add(query::ChangeEntry const& entry) {
        auto const info = entry.dataset.empty() ? std::nullopt : store_.dataset(entry.dataset);
        auto const title = info ? info->title : std::string{};
        auto const table = info ? info->table : std::string{};
        if (entry.changes == nullptr) {
            append_row(file_, {kind_words(entry.kind), std::string{entry.dataset}, table, title, "", "", "",
                               "", "", "", "", "", "", std::string{entry.note}, utc_text(entry.time)});
            return;
        }
        auto const tells = sealed_.look(entry);
        if (tells == SealedEntries::Tells::nothing) return;
        bool const taken_back = tells == SealedEntries::Tells::taken_back;
        auto const area = store_.area(entry.series.area);
        auto const key = store_.indicator(entry.series.indicator);
        auto const name = area_words(store_, entry.dataset, area, areas_);
        auto const measure = indicator_words(store_, entry.dataset, key);
        for (auto const& one : *entry.changes) {
            if (one.settles || (!taken_back && is_same(one.before, one.after))) continue;
            auto const* const what = taken_back   ? "zurückgenommen"
                                     : !one.after ? "entfallen"
                                     : one.before ? "berichtigt"
                                                  : "neu";
            auto const [before, state_before] =
                taken_back ? std::pair<std::string, std::string>{} : side(one.before);
            auto const [after, state_after] = side(one.after);
            append_row(file_, {what, std::string{entry.dataset}, table, title, area_key(area), name, measure,
                               key.text(), one.period.to_sdmx(), before, state_before, after, state_after,
                               std::string{entry.note}, utc_text(entry.time)});
        }
    }
    void commit(std::string const& path) { file_.commit(path); }

  private:
    [[nodiscard]] std::pair<std::string, std::string>
    side(std::optional<store::PackedObservation> const& one) const {
        if (!one) return {};
        auto const& state = store_.state(one->state);
        bool const is_free = state.quality.confidentiality == ConfStatus::free;
        auto value = is_free ? query::value_text(*one, state) : std::string{};
        std::replace(value.begin(), value.end(), '.', ',');
        return {value, query::state_text(state)};
    }
    store::Store const& store_;
    harmonize::territory::Register const* areas_;
    io::DurableFile file_;
    SealedEntries sealed_;
};

void write_packages(store::Store const& store, std::string const& folder, Subscription const& subscription,
                    DropContent const& content) {
    std::optional<ingest::TerritoryKnowledge> knowledge;
    std::optional<std::int32_t> day;
    if (ingest::is_territory(subscription.territory)) {
        knowledge.emplace(content.data, content.store);
        day = derive::territory_day_from(knowledge->atlas(), subscription.territory);
    }
    for (auto const& key : subscription.areas) {
        ingest::PackageRequest request;
        request.area = key;
        request.directory = folder + "/" + key;
        request.command =
            "kreislauf package --area " + key + (day ? " --territory " + date_text(*day) : std::string{});
        request.mappings = content.mappings;
        request.territory = day;
        if (knowledge) request.knowledge = &*knowledge;
        try {
            ingest::write_package(store, request);
        } catch (Error const& error) {
            // Everything that there was of the area is gone, or it is no area of that day: the changes say so.
            if (error.code() != Errc::not_found) throw;
        }
    }
}

} // namespace

std::vector<std::string> files_below(std::string const& folder) {
    std::vector<std::string> files;
    for (auto const& each : fs::recursive_directory_iterator{folder})
        if (each.is_regular_file()) files.push_back(fs::relative(each.path(), folder).generic_string());
    std::sort(files.begin(), files.end());
    return files;
}

std::string drop_name(Batch const& batch) {
    return utc_text(batch.time).substr(0, 10) + "_" + io::sha256_hex(batch.message).substr(0, 8);
}

bool write_drop(std::string const& folder, Subscription const& subscription, Batch const& batch,
                DropContent const& content) {
    auto const store = batch.open();
    DigestOptions options;
    options.areas = content.areas;
    options.most_figures = 50;
    auto const digest = make_digest(*store, *batch.filter, batch.behind, batch.until, options);
    if (digest.empty()) return false;
    io::make_directories(folder);
    auto const shown = with_areas_today(subscription, content.areas, day_of(batch.time));
    DigestFrame frame;
    frame.area = subscribed_areas(shown, *store, content.areas);
    frame.base = content.base;
    for (auto const& key : shown.areas) frame.area_keys += (frame.area_keys.empty() ? "" : ",") + key;
    io::write_durable(folder + "/aenderungen.txt", digest_text(digest, frame));

    ChangesFile changes{*store, folder, content.areas};
    auto filter = *batch.filter;
    filter.until = batch.until;
    query::ChangeReader reader{*store, filter};
    query::ChangePlace place;
    place.number = after_gap(*store, batch.behind);
    while (place.number < batch.until &&
           reader.page(place, entries_per_page,
                       [&changes](query::ChangeEntry const& entry) { changes.add(entry); })) {
    }
    changes.commit(folder + "/aenderungen.csv");
    if (content.with_packages) write_packages(*store, folder, shown, content);

    std::string sums;
    for (auto const& file : files_below(folder))
        if (file != sums_file)
            sums += io::sha256_hex(io::MappedFile{folder + "/" + file}.view()) + "  " + file + "\n";
    io::write_durable(folder + "/" + sums_file, sums);
    return true;
}

} // namespace gateway::subscribe
