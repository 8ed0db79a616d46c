#include "gateway/subscribe/digest.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <tuple>

#include "gateway/feed/german.hpp"
#include "gateway/subscribe/digest_words.hpp"
#include "gateway/subscribe/sealed.hpp"

namespace gateway::subscribe {
namespace {

constexpr std::size_t entries_per_page = 1000;

/// One observation, from its first value to its last.
struct Net {
    store::IndicatorNo indicator = 0;
    store::AreaNo area = 0;
    TimePeriod period;
    std::optional<store::PackedObservation> before, after;
    bool taken_back = false; ///< what was told of it between the two is void
    [[nodiscard]] auto key() const { return std::tie(indicator, area, period); }
    [[nodiscard]] DigestChange change() const noexcept {
        if (!after) return DigestChange::gone;
        return before || taken_back ? DigestChange::revised : DigestChange::added;
    }
};

/// How much a change matters within its kind; 0 for what cannot be measured.
double weight_of(store::Store const& store, Net const& net) {
    if (net.taken_back) return HUGE_VAL;
    if (!net.before || !net.after) return 0;
    bool const was = store.state(net.before->state).reason.has_value();
    bool const is = store.state(net.after->state).reason.has_value();
    if (was != is) return HUGE_VAL; // from a number to none, or back
    auto const value = [](Decimal const& number) {
        return static_cast<double>(number.mantissa()) / std::pow(10.0, number.scale());
    };
    return std::fabs(value(net.after->number) - value(net.before->number));
}

std::string reason_words(std::string_view reason) {
    if (reason == "error") return "Fehler in der Lieferung";
    if (reason == "confidential") return "Geheimhaltung";
    return std::string{reason};
}

std::string quoted(std::string_view text) {
    return "„" + std::string{text} + "“";
}

std::string when_words(store::VintageInfo const& about) {
    return (about.published ? "veröffentlicht am " + feed::day_de(*about.published) + ", " : std::string{}) +
           "hier eingegangen am " + feed::day_de(about.received);
}

/// Why a vintage changed figures.
std::string why_words(store::VintageInfo const& about, bool revises, bool drops) {
    if (about.kind == store::VintageKind::recalled) {
        auto text = "Eine frühere Lieferung wurde zurückgenommen; es gilt wieder, was vorher galt. Grund: " +
                    (about.reason.empty() ? std::string{"nicht genannt"} : reason_words(about.reason));
        return text + (about.note.empty() ? "" : ", " + quoted(about.note)) + " (" + when_words(about) + ").";
    }
    if (!about.note.empty())
        return "Hinweis zur Lieferung: " + quoted(about.note) + " (" + when_words(about) + ").";
    std::string const what = revises ? "Die Quelle hat Zahlen berichtigt und keinen Grund genannt"
                             : drops ? "Die Quelle führt diese Zahlen nicht mehr und hat keinen Grund genannt"
                                     : "Die Quelle hat neue Zahlen veröffentlicht";
    return what + " (" + when_words(about) + ").";
}

std::string event_words(store::ChangeKind kind, std::string_view note) {
    auto const text = note.empty() ? std::string{} : " " + std::string{note};
    switch (kind) {
    case store::ChangeKind::withdrawn:
        return "Die Quelle bietet diese Tabelle nicht mehr an. Ihre Zahlen bleiben abrufbar, kommen aber "
               "nicht "
               "mehr auf neuen Stand." +
               text;
    case store::ChangeKind::returned: return "Die Quelle bietet diese Tabelle wieder an." + text;
    case store::ChangeKind::recalled: return "Eine frühere Lieferung wurde zurückgenommen." + text;
    case store::ChangeKind::structure: return "Der Aufbau der Tabelle ändert sich:" + text;
    case store::ChangeKind::territory: return "Gebietsänderung:" + text;
    case store::ChangeKind::comment: return "Hinweis:" + text;
    case store::ChangeKind::data:
    case store::ChangeKind::compacted:
        break; // have no words of their own: one has figures, one is never told
    }
    return std::string{note};
}

/// Collects the entries of one message.
class Collector {
  public:
    Collector(store::Store const& store, query::ChangeFilter const& filter, DigestOptions const& options)
        : store_(store), filter_(filter), options_(options) {}
    void add(query::ChangeEntry const& entry);
    /// What came first is no longer in the log.
    void add_gap();
    Digest finish();

  private:
    struct Part {
        DatasetInfo info;
        std::vector<Net> figures;
        std::uint64_t gone = 0, revised = 0, added = 0; ///< of what was not kept
        bool full = false;
        struct Vintage {
            store::VintageInfo about;
            bool revises = false, drops = false, moves = false;
            bool changes = false; ///< anything at all, for a reader
        };
        std::map<VintageNo, Vintage> vintages;
        UnixTime time = 0;
    };
    Part& part(std::string_view dataset);
    bool has_figures(std::string_view dataset, store::VintageInfo const* recall);
    void add_event(query::ChangeEntry const& entry);
    static void fold(std::vector<Net>& figures);
    DigestGroup group(Part& part);
    DigestFigure figure(Part const& part, Net const& net) const;
    void count_reports(Part const& part);

    store::Store const& store_;
    query::ChangeFilter const& filter_;
    DigestOptions const& options_;
    std::map<std::string, Part, std::less<>> parts_;
    std::map<std::pair<std::string, VintageNo>, bool> has_figures_; ///< by dataset and recalled vintage
    SealedEntries sealed_;
    std::map<std::string, std::uint64_t> reports_; ///< figures by id of the saved query
    Digest digest_;
};

Collector::Part& Collector::part(std::string_view dataset) {
    auto found = parts_.find(dataset);
    if (found == parts_.end()) {
        found = parts_.emplace(std::string{dataset}, Part{}).first;
        if (auto info = store_.dataset(dataset)) found->second.info = std::move(*info);
        found->second.info.id = dataset;
    }
    return found->second;
}

/// True where the dataset ever had something of what is subscribed and has it still; or had it in the vintage that a
/// recall takes back, sealed or not.
bool Collector::has_figures(std::string_view dataset, store::VintageInfo const* recall) {
    auto const recalled = recall == nullptr ? VintageNo{0} : recall->recalls;
    auto const [known, is_new] = has_figures_.try_emplace({std::string{dataset}, recalled}, false);
    if (!is_new) return known->second;
    bool found = false;
    store::Pull pull;
    pull.dataset = dataset;
    pull.periods_only = true;
    pull.without_sealed = recalled == 0;
    pull.vintage = recalled;
    if (recalled == 0)
        for (auto const& each : store_.vintages(dataset)) pull.vintage = std::max(pull.vintage, each.no);
    pull.indicators = store_.indicators(dataset);
    std::sort(pull.indicators.begin(), pull.indicators.end());
    if (filter_.area) {
        for (auto const no : store_.areas())
            if (filter_.area(store_.area(no))) pull.areas.push_back(no);
        std::sort(pull.areas.begin(), pull.areas.end());
    }
    if (pull.vintage != 0 && (!filter_.area || !pull.areas.empty()))
        while (!found && store_.pull(pull, 8, [&found](store::SeriesRef, auto const&) { found = true; })) {
        }
    known->second = found;
    return found;
}

void Collector::add_event(query::ChangeEntry const& entry) {
    // The figures that a recall changes follow with its reason; of other figures than one's own nobody is told.
    if (entry.kind == store::ChangeKind::recalled && (filter_.added || filter_.revised || filter_.deleted))
        return;
    auto const* const recall = entry.kind == store::ChangeKind::recalled ? entry.about : nullptr;
    if (!entry.dataset.empty() && !has_figures(entry.dataset, recall)) return;
    DigestEvent event;
    event.time = entry.time;
    event.text = event_words(entry.kind, entry.note);
    if (!entry.dataset.empty())
        if (auto const info = store_.dataset(entry.dataset)) event.title = dataset_words(*info);
    digest_.events.push_back(std::move(event));
    digest_.time = std::max(digest_.time, entry.time);
}

void Collector::add_gap() {
    digest_.events.push_back(
        {{},
         "Was sich vor längerer Zeit geändert hat, ist nicht mehr einzeln verzeichnet. Bitte holen "
         "Sie einmal alle Zahlen Ihres Gebiets neu; von da an ist diese Nachricht wieder "
         "vollständig.",
         0});
}

void Collector::add(query::ChangeEntry const& entry) {
    if (entry.changes == nullptr) return add_event(entry);
    auto const tells = sealed_.look(entry);
    if (tells == SealedEntries::Tells::nothing) return;
    bool const taken_back = tells == SealedEntries::Tells::taken_back;
    auto& part = this->part(entry.dataset);
    part.time = std::max(part.time, entry.time);
    auto& vintage = part.vintages[entry.vintage];
    if (entry.about != nullptr) vintage.about = *entry.about;
    for (auto const& one : *entry.changes) {
        if (one.settles || (!taken_back && is_same(one.before, one.after)))
            continue; // touched by what is sealed, and as it was
        vintage.changes = true;
        vintage.revises = vintage.revises || (one.before && one.after);
        vintage.drops = vintage.drops || !one.after;
        vintage.moves = vintage.moves ||
                        (one.after && store_.state(one.after->state).reason == MissingReason::no_territory);
        if (!part.full && part.figures.size() >= options_.most_compared) {
            fold(part.figures);
            part.full = part.figures.size() >= options_.most_compared;
        }
        if (!part.full) {
            part.figures.push_back({one.indicator, one.area, one.period, one.before, one.after, taken_back});
            continue;
        }
        ++(!one.after ? part.gone : one.before || taken_back ? part.revised : part.added);
    }
}

/// One line per observation: from the first value to the last.
void Collector::fold(std::vector<Net>& figures) {
    std::stable_sort(figures.begin(), figures.end(),
                     [](Net const& a, Net const& b) { return a.key() < b.key(); });
    auto out = figures.begin();
    for (auto at = figures.begin(); at != figures.end();) {
        auto end = at + 1;
        while (end != figures.end() && end->key() == at->key()) ++end;
        Net net = *at;
        net.after = (end - 1)->after;
        net.taken_back = std::any_of(at, end, [](Net const& one) { return one.taken_back; });
        at = end;
        if (net.taken_back || !is_same(net.before, net.after)) *out++ = net;
    }
    figures.erase(out, figures.end());
}

DigestFigure Collector::figure(Part const& part, Net const& net) const {
    auto const& id = part.info.id;
    auto const key = store_.indicator(net.indicator);
    auto const unit = unit_words(store_, id, key);
    DigestFigure figure;
    figure.change = net.change();
    figure.indicator = indicator_words(store_, id, key);
    figure.area = area_words(store_, id, store_.area(net.area), options_.areas);
    figure.period = feed::period_de(net.period);
    if (net.taken_back)
        figure.before = "eine Zahl, die zurückgenommen wurde";
    else if (net.before)
        figure.before = value_words(*net.before, store_.state(net.before->state), unit);
    if (net.after) figure.after = value_words(*net.after, store_.state(net.after->state), unit);
    if (net.before && net.after && !net.taken_back)
        figure.difference = difference_words(*net.before, store_.state(net.before->state), *net.after,
                                             store_.state(net.after->state))
                                .value_or("");
    return figure;
}

void Collector::count_reports(Part const& part) {
    if (options_.saved == nullptr) return;
    std::map<store::IndicatorNo, IndicatorKey> keys;
    std::map<store::AreaNo, Area> areas;
    for (auto const& net : part.figures) {
        if (keys.find(net.indicator) == keys.end())
            keys.emplace(net.indicator, store_.indicator(net.indicator));
        if (areas.find(net.area) == areas.end()) areas.emplace(net.area, store_.area(net.area));
    }
    for (auto const& saved : *options_.saved) {
        if (!saved.shows(part.info)) continue;
        std::set<store::IndicatorNo> shown;
        std::set<store::AreaNo> shown_areas;
        for (auto const& [no, key] : keys)
            if (saved.shows(key)) shown.insert(no);
        for (auto const& [no, area] : areas)
            if (saved.shows(area)) shown_areas.insert(no);
        if (shown.empty() || shown_areas.empty()) continue;
        auto const count = std::count_if(part.figures.begin(), part.figures.end(), [&](Net const& net) {
            return (net.before || net.taken_back) && shown.count(net.indicator) != 0 &&
                   shown_areas.count(net.area) != 0 && saved.shows(net.period);
        });
        if (count != 0) reports_[saved.id] += static_cast<std::uint64_t>(count);
    }
}

DigestGroup Collector::group(Part& part) {
    fold(part.figures);
    DigestGroup group;
    group.dataset = part.info.id;
    group.title = dataset_words(part.info);
    group.time = part.time;
    group.uncounted = part.full;
    group.withheld = options_.withholds && options_.withholds(part.info.id);
    group.gone = part.gone;
    group.revised = part.revised;
    group.added = part.added;
    for (auto const& net : part.figures) switch (net.change()) {
        case DigestChange::gone: ++group.gone; break;
        case DigestChange::revised: ++group.revised; break;
        case DigestChange::added: ++group.added; break;
        }
    count_reports(part);
    bool moves = false;
    for (auto const& [no, vintage] : part.vintages) {
        moves = moves || vintage.moves;
        if (vintage.changes && vintage.about.no != 0)
            group.why.push_back(why_words(vintage.about, vintage.revises, vintage.drops));
    }
    if (moves)
        group.why.emplace_back(
            "Gebietsreform: bei einem Teil der Zahlen bestand das Gebiet zu der Zeit nicht.");
    if (group.withheld) return group;

    struct Ranked {
        Net const* net;
        double weight;
        std::size_t details; ///< dimensions that are no total: what is about all comes first
    };
    std::vector<Ranked> ranked;
    ranked.reserve(part.figures.size());
    std::map<store::IndicatorNo, std::size_t> details;
    for (auto const& net : part.figures) {
        auto const found = details.emplace(net.indicator, 0);
        if (found.second) {
            auto const key = store_.indicator(net.indicator); // outlives the loop below
            for (auto const& [dimension, code] : key.codes()) found.first->second += code == "_T" ? 0U : 1U;
        }
        ranked.push_back({&net, weight_of(store_, net), found.first->second});
    }
    auto const order = [](Ranked const& a, Ranked const& b) {
        auto const change_a = a.net->change();
        auto const change_b = b.net->change();
        // The newest period first; the numbers of the store last, so that there is one order.
        return std::make_tuple(change_a, -a.weight, a.details, -a.net->period.end_day(), a.net->area,
                               a.net->indicator, a.net->period) <
               std::make_tuple(change_b, -b.weight, b.details, -b.net->period.end_day(), b.net->area,
                               b.net->indicator, b.net->period);
    };
    auto const shown = std::min(options_.most_figures, ranked.size());
    std::partial_sort(ranked.begin(), ranked.begin() + static_cast<std::ptrdiff_t>(shown), ranked.end(),
                      order);
    for (std::size_t i = 0; i < shown; ++i) group.figures.push_back(figure(part, *ranked[i].net));
    return group;
}

Digest Collector::finish() {
    for (auto& [id, part] : parts_) {
        auto made = group(part);
        if (made.all() == 0) continue; // changed and changed back
        digest_.time = std::max(digest_.time, made.time);
        digest_.groups.push_back(std::move(made));
    }
    if (options_.saved != nullptr)
        for (auto const& saved : *options_.saved)
            if (auto const found = reports_.find(saved.id); found != reports_.end())
                digest_.reports.push_back({saved.id, saved.text, found->second});
    return std::move(digest_);
}

} // namespace

std::uint64_t Digest::count(DigestChange change) const noexcept {
    return std::accumulate(groups.begin(), groups.end(), std::uint64_t{0},
                           [change](std::uint64_t sum, DigestGroup const& group) {
                               switch (change) {
                               case DigestChange::gone: return sum + group.gone;
                               case DigestChange::revised: return sum + group.revised;
                               case DigestChange::added: return sum + group.added;
                               }
                               return sum;
                           });
}

std::uint64_t after_gap(store::Store const& store, std::uint64_t behind) {
    auto first = behind;
    store.changes(behind + 1, [&first, behind](store::ChangeBlock const& block) {
        auto const end = block.first + block.count - 1;
        if (block.kind == store::ChangeKind::compacted && end > behind) first = end;
        return false;
    });
    return first;
}

Digest make_digest(store::Store const& store, query::ChangeFilter filter, std::uint64_t behind,
                   std::uint64_t until, DigestOptions const& options) {
    filter.until = until;
    query::ChangeReader reader{store, filter};
    Collector collector{store, filter, options};
    query::ChangePlace place;
    auto const first = after_gap(store, behind);
    if (first != behind) collector.add_gap();
    place.number = std::min(first, until);
    while (place.number < until &&
           reader.page(place, entries_per_page,
                       [&collector](query::ChangeEntry const& entry) { collector.add(entry); })) {
    }
    return collector.finish();
}

} // namespace gateway::subscribe
