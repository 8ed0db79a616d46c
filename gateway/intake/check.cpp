#include "gateway/intake/check.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "gateway/harmonize/feed_layout.hpp"
#include "gateway/ingest/feeds.hpp"
#include "gateway/ingest/formats.hpp"
#include "gateway/ingest/personal.hpp"
#include "gateway/intake/check_findings.hpp"
#include "gateway/intake/check_watch.hpp"
#include "gateway/intake/preview.hpp"
#include "gateway/intake/quarantine.hpp"
#include "gateway/intake/report_german.hpp"
#include "gateway/io/file.hpp"
#include "gateway/io/sha256.hpp"
#include "gateway/io/zip.hpp"

namespace gateway::intake {
namespace {

constexpr UnixTime day_seconds = 86400;

/// Errors of this machine; everything else is the file's.
bool is_ours(Errc code) noexcept {
    return code == Errc::io || code == Errc::conflict || code == Errc::corrupt_store;
}

std::string rules_sha256(harmonize::MappingFiles const& mappings) {
    io::Sha256 sum;
    for (auto const& name : mappings.names("plausibility")) {
        sum.update(name);
        sum.update("\n");
        sum.update(mappings.text(name).value_or(""));
    }
    return sum.hex();
}

/// A table of another statistic than the agreed one: empty where it is not, or where nobody can tell.
std::string other_statistic(std::string_view bytes, Agreement const& agreement) {
    constexpr std::size_t digits = 5; // of a statistic's number
    auto const is_number = [](std::string_view text) {
        return text.size() == digits &&
               std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    };
    auto const due = std::string_view{agreement.table}.substr(0, digits);
    if (!is_number(due) || ingest::format_of(bytes) != ingest::Format::genesis_flat) return {};
    auto const line = bytes.find('\n');
    if (line == std::string_view::npos) return {};
    auto const found = bytes.substr(line + 1, bytes.find(';', line + 1) - line - 1);
    if (!is_number(found) || found == due) return {};
    return "line 2: Statistik " + std::string{found} + " statt " + std::string{due};
}

/// Why a ZIP or a workbook is larger inside than agreed; empty for everything else. Its directory says so before
/// anything is unpacked, and the readers hold what they unpack against the directory.
std::string too_much_inside(std::string_view bytes, Agreement const& agreement) {
    if (!bytes.starts_with("PK\x03\x04")) return {};
    io::ZipLimits limits;
    limits.max_unpacked_bytes = agreement.most_unpacked;
    limits.max_ratio = static_cast<std::uint64_t>(agreement.most_ratio);
    try {
        static_cast<void>(io::ZipReader{bytes, limits});
    } catch (Error const& error) {
        if (error.code() == Errc::too_large) return error.what();
    }
    return {};
}

class Check {
  public:
    Check(ingest::Workshop& shop, Agreement const& agreement, Delivery const& delivery,
          CheckOptions const& options)
        : shop_(shop), agreement_(agreement), delivery_(delivery), options_(options),
          preview_(shop, options.each_change), watch_(shop, agreement, preview_) {
        report_.delivery = delivery.id;
        report_.agreement = agreement.id;
        report_.file = delivery.file;
        report_.sha256 = delivery.sha256;
        report_.checked = shop.clock.now();
        report_.program = options.program;
        report_.rules_sha256 = rules_sha256(shop.mappings);
    }

    Report run(std::string const& path) {
        io::MappedFile const file{path};
        auto const bytes = file.view();
        if (report_.sha256.empty()) report_.sha256 = io::sha256_hex(bytes);
        if (is_acceptable(bytes)) load(bytes);
        judge();
        sort_findings(report_.findings);
        return std::move(report_);
    }

  private:
    void refuse(Errc code, std::string const& text) {
        report_.findings.push_back(finding_of_file(code, text));
        refused_ = true;
    }

    bool is_acceptable(std::string_view bytes) {
        if (bytes.size() > agreement_.most_bytes)
            refuse(Errc::too_large, number_de(bytes.size()) + " Bytes; vereinbart sind höchstens " +
                                        number_de(agreement_.most_bytes));
        else if (auto const bomb = too_much_inside(bytes, agreement_); !bomb.empty())
            refuse(Errc::too_large, bomb);
        else if (auto const personal = ingest::personal_records(bytes))
            refuse(Errc::personal_data, *personal);
        else if (auto const other = other_statistic(bytes, agreement_); !other.empty())
            refuse(Errc::structure_changed, other);
        return !refused_;
    }

    void load(std::string_view bytes) {
        auto options = reading_of(agreement_, delivery_.wish);
        options.watch.trial = true;
        options.force = true;
        watch_.attach(options.watch);
        auto const at = options_.at != 0 ? options_.at : shop_.clock.now();
        auto const provenance = provenance_of(agreement_, delivery_, at);
        auto const kept = []() -> raw::Kept { throw Error{Errc::invalid_argument, "a check keeps nothing"}; };
        ingest::LoadReport loaded;
        try {
            loaded = ingest::load_document(shop_, bytes, kept, provenance,
                                           {agreement_.service, agreement_.table}, options);
        } catch (Error const& error) {
            if (is_ours(error.code())) throw;
            take_unreadable();
            if (watch_.aside.runs().empty()) refuse(error.code(), error.what());
            if (!options_.quarantine.empty()) quarantine(bytes);
            return;
        }
        if (loaded.outcome == "not_newer") {
            refuse(Errc::conflict, "älter als die geltende Fassung: " + loaded.text);
            return;
        }
        take(loaded);
        auto& findings = report_.findings;
        auto const before = shop_.store.dataset(loaded.dataset) ? in_force(loaded.dataset) : InForce{};
        auto const quotes = before.secrets ? Quotes::masked : Quotes::shown;
        add_aside(findings, watch_.aside, quotes);
        auto issues = loaded.issues;
        issues.resize(issues.size() - std::min(issues.size(), loaded.implausible.size()));
        add_issues(findings, issues, watch_.aside, quotes);
        add_implausible(findings, loaded.implausible, watch_);
        add_comparison(findings, watch_, agreement_, delivery_.wish);
        report_.preview = preview_.finish(loaded.dataset, static_cast<std::int32_t>(at / day_seconds),
                                          options_.data, options_.store_directory);
        brake(before.count);
        if (!options_.quarantine.empty()) quarantine(bytes);
    }

    /// What is known of a document of which no row can be used: the rows.
    void take_unreadable() {
        std::uint64_t last = 0;
        for (auto const& run : watch_.aside.runs()) { // sorted by line
            auto const end = run.line + run.count;
            auto const from = std::max(run.line, last);
            report_.counts.rows += end > from ? end - from : 0;
            last = std::max(last, end);
        }
        report_.counts.cells = report_.counts.set_aside = report_.counts.rows;
        add_aside(report_.findings, watch_.aside, Quotes::masked); // nothing says which dataset it is
    }

    void take(ingest::LoadReport const& loaded) {
        auto& counts = report_.counts;
        counts.rows = loaded.rows;
        counts.used = loaded.cells;
        counts.repeated = loaded.repeated;
        counts.set_aside = loaded.set_aside;
        counts.cells = counts.used + counts.repeated + counts.set_aside;
        counts.added = loaded.added;
        counts.revised = loaded.revised;
        counts.deleted = loaded.deleted;
        counts.unchanged = loaded.unchanged;
        report_.mapping_sha256 = loaded.mapping_sha256;
    }

    /// What is in force of the agreement's areas: how many observations, and whether any is confidential.
    struct InForce {
        std::uint64_t count = 0;
        bool secrets = false;
    };
    [[nodiscard]] InForce in_force(std::string const& dataset) const {
        InForce all;
        store::Query query;
        query.dataset = dataset;
        for (auto const indicator : shop_.store.indicators(dataset)) {
            query.indicator = indicator;
            shop_.store.read(query, [&](store::SeriesRef ref, auto const series) {
                if (!allows(agreement_, shop_.store.area(ref.area))) return;
                all.count += series.size();
                for (auto const& one : series)
                    all.secrets = all.secrets || (one.state != 0 && shop_.store.state(one.state).reason ==
                                                                        MissingReason::confidential);
            });
        }
        return all;
    }

    void brake(std::uint64_t force) {
        auto const& counts = report_.counts;
        auto const& brake = agreement_.brake;
        bool const is_few = counts.deleted + counts.revised <= brake.always_allowed;
        if (is_few || force == 0) return;
        auto const over = [&](std::uint64_t count, double share, std::string const& what) {
            constexpr double percent = 100;
            auto const is = static_cast<double>(count) / static_cast<double>(force);
            if (count <= brake.always_allowed || is <= share) return;
            Finding finding;
            finding.code = Errc::sudden_change;
            finding.severity = Severity::warning;
            finding.found = number_de(count) + " von " + number_de(force) + " geltenden Werten würden " +
                            what + " (" + number_de(static_cast<std::uint64_t>(is * percent)) + " Prozent)";
            finding.expected = "höchstens " + number_de(static_cast<std::uint64_t>(share * percent)) +
                               " Prozent, sonst entscheidet eine Person";
            finding.next_step =
                "Vorschau ansehen; ist die Lieferung richtig, sie mit Begründung freigeben lassen";
            finding.count = count;
            finding.examples = watch_.sample(what == "gelöscht");
            report_.findings.push_back(std::move(finding));
            held_ = true;
        };
        over(counts.deleted, brake.deleted_share, "gelöscht");
        over(counts.revised, brake.changed_share, "geändert");
    }

    void quarantine(std::string_view bytes) {
        std::unique_ptr<harmonize::FeedDescription> feed;
        harmonize::FeedRef const ref{agreement_.service, agreement_.table};
        if (harmonize::has_feed(shop_.mappings, ref))
            feed = std::make_unique<harmonize::FeedDescription>(harmonize::load_feed(shop_.mappings, ref));
        static_cast<void>(
            write_quarantine(options_.quarantine, {bytes, feed ? &feed->layout : nullptr}, watch_.aside));
    }

    void judge() {
        auto const& counts = report_.counts;
        bool const is_short = counts.rows < agreement_.least_rows;
        if (!refused_ && (counts.used == 0 || is_short)) {
            refuse(counts.rows == 0 ? Errc::empty_document : Errc::incomplete,
                   number_de(counts.rows) + " Zeilen, davon " + number_de(counts.used) +
                       " Werte verwendbar; vereinbart sind mindestens " + number_de(agreement_.least_rows) +
                       " Zeilen");
        }
        bool const wants_reason = std::any_of(report_.findings.begin(), report_.findings.end(),
                                              [](Finding const& finding) { return finding.needs_reason; });
        report_.verdict = refused_               ? Verdict::unusable
                          : held_                ? Verdict::held
                          : wants_reason         ? Verdict::needs_reason
                          : counts.set_aside > 0 ? Verdict::partly
                                                 : Verdict::sound;
    }

    ingest::Workshop& shop_;
    Agreement const& agreement_;
    Delivery const& delivery_;
    CheckOptions const& options_;
    PreviewMaker preview_;
    CheckWatch watch_;
    Report report_;
    bool refused_ = false;
    bool held_ = false;
};

} // namespace

ingest::LoadOptions reading_of(Agreement const& agreement, Wish const& wish) {
    ingest::LoadOptions options;
    options.partial = !wish.full;
    options.why_not_area = [agreement](Area const& area) -> std::string {
        if (allows(agreement, area)) return {};
        return "area " + area_key(area) + " is none that the agreement " + agreement.id + " allows";
    };
    return options;
}

Provenance provenance_of(Agreement const& agreement, Delivery const& delivery, UnixTime received) {
    Provenance provenance;
    provenance.source = "delivery";
    provenance.origin = delivery.file;
    provenance.request = {{"delivery", delivery.id}, {"agreement", agreement.id}};
    provenance.received = received;
    return provenance;
}

Report check(ingest::Workshop& shop, Agreement const& agreement, Delivery const& delivery,
             std::string const& path, CheckOptions const& options) {
    return Check{shop, agreement, delivery, options}.run(path);
}

} // namespace gateway::intake
