// What stands against a release, what a receipt says, and what readers are told of rows in question.
#include <algorithm>
#include <set>

#include "gateway/core/error.hpp"
#include "gateway/intake/intake_parts.hpp"
#include "gateway/intake/told.hpp"
#include "gateway/io/file.hpp"

namespace gateway::intake {
namespace {

constexpr std::size_t county_digits = 5;

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

/// The county whose key stands in a row, alone in its field or behind a letter ("K03153"), within the agreement's areas.
std::string county_in(std::string_view row, Agreement const& agreement) {
    for (std::size_t at = 0; at < row.size();) {
        if (!is_digit(row[at])) {
            ++at;
            continue;
        }
        auto end = at;
        while (end < row.size() && is_digit(row[end])) ++end;
        auto const digits = row.substr(at, end - at);
        bool const is_key = digits.size() == county_digits || digits.size() == 8 || digits.size() == 12;
        if (is_key)
            for (auto const& area : agreement.areas)
                if (digits.substr(0, area.size()) == area)
                    return std::string{digits.substr(0, county_digits)};
        at = end;
    }
    return {};
}

/// Counties of the rows that were set aside; where a row does not tell, every area of the agreement.
std::set<std::string> counties_aside(std::string const& path, Agreement const& agreement) {
    std::set<std::string> counties;
    std::set<std::string> all{agreement.areas.begin(), agreement.areas.end()};
    if (!io::file_exists(path)) return all;
    auto const text = io::read_file(path);
    std::string_view rest = text;
    bool is_header = true;
    while (!rest.empty()) {
        auto const line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        if (is_header || line.find_first_not_of(" \r\t") == std::string_view::npos) {
            is_header = is_header && line.find("KREISLAUF_GRUND") == std::string_view::npos;
            continue;
        }
        auto county = county_in(line, agreement);
        if (county.empty()) return all;
        counties.insert(std::move(county));
    }
    return counties.empty() ? all : counties;
}

} // namespace

std::string why_not_released(Agreement const& agreement, Entry const& entry, Report const& report,
                             Actor const& who, std::string const& reason) {
    auto const& wish = entry.delivery.wish;
    if (report.verdict == Verdict::unusable) return "cannot be used; its report says why";
    if (agreement.four_eyes && who == entry.delivery.sender)
        return "was sent by " + who +
               ", and the agreement wants a second pair of eyes: somebody else releases it";
    if (report.counts.set_aside > 0) {
        auto const rows = std::to_string(report.counts.set_aside) + " rows are set aside";
        if (agreement.rows == RowPolicy::all_or_nothing)
            return "cannot be released: " + rows +
                   ", and the agreement wants all or nothing; send the file again with these rows corrected";
        if (!wish.accept_rest)
            return "cannot be released: " + rows +
                   "; send it again with accept_rest if the others are to be released without them";
    }
    bool const has_reason = !reason.empty() || !wish.reason.empty();
    if (report.verdict == Verdict::held && reason.empty())
        return "is held by the brake: it deletes or changes more than the agreement allows; release it with "
               "a "
               "reason if that is right";
    bool const wants_reason = std::any_of(report.findings.begin(), report.findings.end(),
                                          [](Finding const& finding) { return finding.needs_reason; });
    if ((report.verdict == Verdict::needs_reason || wants_reason) && !has_reason)
        return "has findings that want a reason; release it with one";
    return {};
}

bool releases_itself(Agreement const& agreement, Wish const& wish, Report const& report) {
    if (!agreement.releases_itself || agreement.four_eyes) return false;
    if (report.verdict == Verdict::sound) return true;
    return report.verdict == Verdict::partly && agreement.rows == RowPolicy::accept_rest && wish.accept_rest;
}

Receipt receipt_of(Entry const& entry, ReceiptKind kind, Agreement const* agreement,
                   std::optional<Report> const& report) {
    auto const& delivery = entry.delivery;
    Receipt receipt;
    receipt.kind = kind;
    receipt.delivery = delivery.id;
    receipt.agreement = delivery.agreement;
    receipt.file = delivery.file;
    receipt.sha256 = delivery.sha256;
    receipt.bytes = delivery.bytes;
    if (agreement != nullptr) receipt.rows_due = agreement->least_rows;
    receipt.time = delivery.received;
    if (kind == ReceiptKind::received) return receipt;
    // The step that it confirms: the last that has its name.
    for (auto const& step : delivery.steps)
        if (name_of(step.stage) == name_of(kind) ||
            (kind == ReceiptKind::checked && step.stage == Stage::held && step.who == gateway_actor)) {
            receipt.time = step.time;
            receipt.why = step.why;
        }
    if (report) {
        receipt.counts = report->counts;
        receipt.verdict = name_of(report->verdict);
        receipt.mapping_sha256 = report->mapping_sha256;
        receipt.rules_sha256 = report->rules_sha256;
        receipt.program = report->program;
    }
    receipt.dataset = delivery.dataset;
    // Nothing that comes after the step, so that it is the same whenever it is written.
    if (kind == ReceiptKind::released || kind == ReceiptKind::withdrawn) receipt.vintage = delivery.vintage;
    return receipt;
}

std::vector<Intake::UnderReview> Intake::under_review() const {
    auto const& parts = *parts_;
    auto const ledger = parts.ledger();
    auto const released = ledger.list({{}, {}, Stage::released});
    std::vector<UnderReview> found;
    for (std::size_t i = 0; i < released.size(); ++i) {
        auto const& delivery = released[i].delivery;
        auto const* const agreement = parts.agreements().find(delivery.agreement);
        auto const text = ledger.report(delivery.id);
        if (agreement == nullptr || !text || report_from_json(*text).counts.set_aside == 0) continue;
        // The list is newest first: what stands before it came later, and may have brought the rows.
        bool const is_mended = std::any_of(
            released.begin(), released.begin() + static_cast<std::ptrdiff_t>(i), [&](Entry const& later) {
                if (later.delivery.agreement != delivery.agreement) return false;
                if (later.delivery.wish.replaces && *later.delivery.wish.replaces != delivery.id)
                    return false;
                auto const other = ledger.report(later.delivery.id);
                return other && report_from_json(*other).counts.set_aside == 0;
            });
        if (is_mended) continue;
        UnixTime since = delivery.received;
        for (auto const& step : delivery.steps)
            if (step.stage == Stage::released) since = step.time;
        for (auto const& area : counties_aside(quarantine_path(parts.folder, delivery), *agreement))
            found.push_back({delivery.dataset, area, since, delivery.id});
    }
    return found;
}

std::optional<std::vector<std::string>> Intake::who_is_told(std::string_view dataset,
                                                            VintageNo vintage) const {
    auto const store = store::open_sqlite(parts_->settings.store, true);
    return intake::who_is_told(*store, parts_->agreements(), dataset, vintage);
}

} // namespace gateway::intake
