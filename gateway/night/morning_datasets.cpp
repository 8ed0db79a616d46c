// What the morning report says of datasets: vintages that came in the window, and rows set aside of what is in force.
#include <algorithm>
#include <set>

#include "gateway/feed/german.hpp"
#include "gateway/intake/report_german.hpp"
#include "gateway/night/clock_text.hpp"
#include "gateway/night/morning_parts.hpp"
#include "gateway/night/shell.hpp"

namespace gateway::night {
namespace {

// The same bounds as the brake of an agreement that names none (intake/agreement.hpp).
constexpr intake::Brake usual;

std::string list_command(Desk const& desk, std::string_view what, std::string const& dataset) {
    return desk.words.program + " list " + std::string{what} + " --dataset " + shell_word(dataset);
}

/// "Unbekanntes Zeichen (12-mal), Zu wenige Felder": the causes of rows set aside, the most frequent first.
std::string causes_of(std::vector<Issue> const& issues) {
    std::vector<std::pair<std::uint64_t, Errc>> causes;
    for (auto const& issue : issues) {
        if (issue.severity != Severity::error) continue;
        auto const known = std::find_if(causes.begin(), causes.end(),
                                        [&](auto const& each) { return each.second == issue.code; });
        if (known == causes.end())
            causes.emplace_back(issue.count, issue.code);
        else
            known->first += issue.count;
    }
    std::stable_sort(causes.begin(), causes.end(),
                     [](auto const& a, auto const& b) { return a.first > b.first; });
    std::string text;
    for (auto const& cause : causes)
        text += (text.empty() ? "" : ", ") + std::string{intake::title_of(cause.second)} + " (" +
                intake::number_de(cause.first) + "-mal)";
    return text;
}

bool is_alarming(Errc code) noexcept {
    return code == Errc::level_vanished || code == Errc::structure_changed || code == Errc::level_not_loaded;
}

std::string name_of(DatasetFacts const& dataset) {
    return dataset.info.title.empty() ? dataset.info.id
                                      : dataset.info.title + " (" + dataset.info.table + ")";
}

void report_recalled(Desk const& desk, DatasetFacts const& dataset, store::VintageInfo const& vintage) {
    desk.add(
        {Topic::withdrawn,
         false,
         dataset.info.id,
         name_of(dataset),
         "Stand " + std::to_string(vintage.recalls) + " wurde zurückgenommen" +
             (vintage.note.empty() ? "" : ": „" + intake::cut_text(vintage.note, longest_message) + "“") +
             ".",
         {list_command(desk, "vintages", dataset.info.id)},
         vintage.revised + vintage.deleted + vintage.added});
}

void report_content(Desk const& desk, DatasetFacts const& dataset, store::VintageInfo const& vintage,
                    bool is_first) {
    auto const changed = vintage.revised + vintage.deleted;
    auto const before = changed + vintage.unchanged;
    auto const share = [before](std::uint64_t part) {
        return before == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(before);
    };
    MorningLine line{changed > 0 ? Topic::revised : Topic::added,
                     false,
                     dataset.info.id,
                     name_of(dataset),
                     "",
                     {list_command(desk, "vintages", dataset.info.id)},
                     changed + vintage.added};
    if (is_first) line.text = "Zum ersten Mal geladen. ";
    line.text += counted_de(vintage.added, "neuer Wert", "neue Werte");
    if (!is_first)
        line.text += ", " + intake::number_de(vintage.revised) + " revidiert, " +
                     intake::number_de(vintage.deleted) + " gelöscht, " +
                     intake::number_de(vintage.unchanged) + " unverändert";
    line.text += "; " + counted_de(vintage.rows, "Zeile", "Zeilen") + " gelesen.";
    if (vintage.published)
        line.text += " Veröffentlicht am " + feed::date_de(day_of(*vintage.published, desk.zone)) + ".";
    if (vintage.recalled_by != 0) line.text += " Inzwischen zurückgenommen.";
    if (vintage.rows == 0) {
        line.topic = Topic::needs_you;
        line.needs_person = true;
        line.text = "Keine einzige Zeile gelesen: das ist kein Erfolg. " + line.text;
    }
    if (changed > usual.always_allowed && vintage.recalled_by == 0 &&
        (share(vintage.deleted) > usual.deleted_share || share(changed) > usual.changed_share)) {
        line.needs_person = true;
        line.text += " Ungewöhnlich viel auf einmal: bitte prüfen, ob die Quelle das so meint.";
    }
    auto const found = dataset.issues.find(vintage.no);
    if (found != dataset.issues.end()) {
        std::set<Errc> alarms;
        for (auto const& issue : found->second)
            if (is_alarming(issue.code)) alarms.insert(issue.code);
        for (auto const code : alarms) line.text += " " + std::string{intake::title_of(code)} + ".";
        if (alarms.count(Errc::level_vanished) + alarms.count(Errc::structure_changed) > 0)
            line.needs_person = true;
        if (!alarms.empty())
            line.commands.insert(line.commands.begin(), list_command(desk, "issues", dataset.info.id));
    }
    desk.add(std::move(line));
}

/// Rows set aside of what is in force stay a task until the source or the mapping is mended.
void report_set_aside(Desk const& desk, DatasetFacts const& dataset) {
    if (store::is_withdrawn(dataset.vintages)) return;
    auto const* const standing = in_force(dataset.vintages);
    if (standing == nullptr || standing->rows_set_aside == 0) return;
    std::string causes;
    if (auto const found = dataset.issues.find(standing->no); found != dataset.issues.end())
        causes = causes_of(found->second);
    desk.add({Topic::needs_you,
              true,
              dataset.info.id,
              name_of(dataset),
              counted_de(standing->rows_set_aside, "Zeile", "Zeilen") + " von " +
                  intake::number_de(standing->rows) + " nicht übernommen, seit " +
                  feed::date_de(day_of(standing->received, desk.zone)) +
                  (causes.empty() ? "" : ": " + causes) + ".",
              {list_command(desk, "issues", dataset.info.id)},
              standing->rows_set_aside});
}

} // namespace

void report_datasets(Desk const& desk) {
    for (auto const& dataset : desk.facts.datasets) {
        bool has_content = false;
        for (auto const& vintage : dataset.vintages) {
            bool const is_first = !has_content;
            if (vintage.kind == store::VintageKind::content) has_content = true;
            if (!desk.is_in(vintage.received)) continue;
            switch (vintage.kind) {
            case store::VintageKind::content: report_content(desk, dataset, vintage, is_first); break;
            case store::VintageKind::recalled: report_recalled(desk, dataset, vintage); break;
            case store::VintageKind::withdrawn:
                desk.add({Topic::withdrawn,
                          true,
                          dataset.info.id,
                          name_of(dataset),
                          "Die Quelle führt die Tabelle nicht mehr; gespeicherte Werte bleiben. Bitte "
                          "klären, ob es "
                          "eine Nachfolgerin gibt, und die Konfiguration anpassen.",
                          {list_command(desk, "vintages", dataset.info.id)},
                          0});
                break;
            }
        }
        report_set_aside(desk, dataset);
    }
}

} // namespace gateway::night
