// Digest: what changed for one subscriber, in German words that stand on their own: which table, indicator, area and
// period, from what to what, and why.
//
// Shape    one group per dataset, in the order of their ids; in it the figures that matter most: those that are gone, then
//          the largest revisions, then new ones. The others are counted. A figure that changed several times is told once,
//          from its first value to its last; one that ended as it began is not told.
//          What a sealed recall took back after it was told is named without its number (sealed.hpp).
// Names    no code stands without its name; where a source gives none, the text says so
// Secrecy  a value with a confidentiality status is never spelled out; whether a dataset may be shown at all decides
//          whoever opened the store (Batch::open), and values of datasets that DigestOptions::withholds names are left out
// Memory   the figures that changed, up to DigestOptions::most_compared per dataset; more are counted as they come
// Errors   as gateway/query/changes.hpp
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/harmonize/territory/register.hpp"
#include "gateway/query/changes.hpp"
#include "gateway/subscribe/digest_saved.hpp"

namespace gateway::subscribe {

enum class DigestChange : std::uint8_t { gone, revised, added };

/// A figure, in words.
struct DigestFigure {
    DigestChange change = DigestChange::revised;
    std::string indicator; ///< "Bevölkerungsstand, männlich"
    std::string area;      ///< "Goslar, Landkreis"
    std::string period;    ///< "31.12.2024"
    std::string before,
        after; ///< "126.775 Personen", "kein Wert (geheim zu halten)"; empty where there was, or is, none
    std::string difference; ///< "+225"; empty where one of the two is no number
};

/// What changed in a dataset.
struct DigestGroup {
    std::string dataset; ///< id
    std::string title;   ///< "Bevölkerung (Tabelle 12411-01-01-4, Destatis)"
    std::vector<std::string> why;
    UnixTime time = 0; ///< of the newest change
    std::uint64_t gone = 0, revised = 0, added = 0;
    bool uncounted = false; ///< too much to compare one by one: the counts are of changes, not of figures
    bool withheld = false;  ///< values are not shown here
    std::vector<DigestFigure> figures; ///< those that matter most
    [[nodiscard]] std::uint64_t all() const noexcept { return gone + revised + added; }
};

/// Something that concerns a dataset as a whole, or all of them.
struct DigestEvent {
    std::string title; ///< of the dataset; empty: of all
    std::string text;
    UnixTime time = 0;
};

/// A saved query that shows figures which changed.
struct DigestReport {
    std::string id;    ///< under /q/
    std::string query; ///< as it was saved
    std::uint64_t figures = 0;
};

struct Digest {
    std::vector<DigestGroup> groups;
    std::vector<DigestEvent> events;
    std::vector<DigestReport> reports;
    UnixTime time = 0; ///< of the newest change
    [[nodiscard]] bool empty() const noexcept { return groups.empty() && events.empty(); }
    [[nodiscard]] std::uint64_t count(DigestChange change) const noexcept;
};

struct DigestOptions {
    std::size_t most_figures = 12;       ///< shown per dataset
    std::size_t most_compared = 200'000; ///< per dataset
    std::vector<SavedQuery> const* saved = nullptr;
    harmonize::territory::Register const* areas = nullptr; ///< says until when a former area was
    std::function<bool(std::string_view)> withholds =
        {}; ///< values of which datasets are not shown; nothing = of none
};

/// The entries (behind, until] of the change log that `filter` lets through.
Digest make_digest(store::Store const& store, query::ChangeFilter filter, std::uint64_t behind,
                   std::uint64_t until, DigestOptions const& options);

/// `behind`, or the last entry of what the log no longer holds where that lies behind it.
std::uint64_t after_gap(store::Store const& store, std::uint64_t behind);

} // namespace gateway::subscribe
