#include "gateway/app/report.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

#include "gateway/night/item_state.hpp"

namespace gateway::app {
namespace {

std::int64_t now_ms() {
    auto const now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

void write_issue(Json& json, Issue const& issue) {
    json.object().field("code", to_string(issue.code)).field("severity", to_string(issue.severity));
    if (issue.position.line > 0) json.field("line", issue.position.line);
    if (issue.position.column > 0) json.field("column", std::uint64_t{issue.position.column});
    json.field("text", issue.text);
    if (!issue.next_step.empty()) json.field("next_step", issue.next_step);
    json.field("count", issue.count).end_object();
}

// A file of less is read before anybody could look.
constexpr std::uint64_t large_bytes = 8'000'000;
constexpr std::int64_t draw_every_ms = 100;
constexpr std::int64_t plain_every_ms = 10'000;

/// The end of a long path, so that the line fits and can be drawn again.
std::string shortened(std::string const& text) {
    constexpr std::size_t longest = 40;
    return text.size() <= longest ? text : "..." + text.substr(text.size() - longest);
}

/// The gravest kinds first; of each kind the first few, then how many more.
void print_issues(std::vector<Issue> issues, std::string const& name) {
    std::stable_sort(issues.begin(), issues.end(), [](Issue const& a, Issue const& b) {
        return a.severity != b.severity ? a.severity > b.severity : a.code < b.code;
    });
    constexpr std::size_t shown = 3;
    bool more = false;
    for (std::size_t first = 0, end = 0; first < issues.size(); first = end) {
        auto const& kind = issues[first];
        for (end = first;
             end < issues.size() && issues[end].code == kind.code && issues[end].severity == kind.severity;)
            ++end;
        for (auto i = first; i < std::min(end, first + shown); ++i) {
            auto const& issue = issues[i];
            std::printf("  %s %s", std::string{to_string(issue.severity)}.c_str(),
                        std::string{to_string(issue.code)}.c_str());
            if (issue.position.line > 0)
                std::printf(", line %llu", static_cast<unsigned long long>(issue.position.line));
            if (issue.position.column > 0) std::printf(", column %u", issue.position.column);
            std::printf(": %s", issue.text.c_str());
            if (issue.count > 1) std::printf(" [%s times]", grouped(issue.count).c_str());
            std::printf("\n");
        }
        if (end - first > shown) {
            std::uint64_t rest = 0;
            for (auto i = first + shown; i < end; ++i) rest += issues[i].count;
            std::printf("  ... and %s more of this kind\n", grouped(rest).c_str());
            more = true;
        }
        if (!kind.next_step.empty()) std::printf("    next: %s\n", kind.next_step.c_str());
    }
    if (more) std::printf("  all of them: kreislauf list issues --dataset %s\n", name.c_str());
}

} // namespace

std::string grouped(std::uint64_t number) {
    auto text = std::to_string(number);
    for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3)
        text.insert(static_cast<std::size_t>(at), " ");
    return text;
}

Exit exit_of(std::vector<ingest::LoadReport> const& reports) {
    auto const failed = [](ingest::LoadReport const& report) {
        auto const outcome = night::outcome_of(report.outcome);
        return night::is_failure(outcome) || outcome == night::Outcome::absent ||
               outcome == night::Outcome::held || outcome == night::Outcome::postponed;
    };
    if (!reports.empty() && std::all_of(reports.begin(), reports.end(), failed)) return Exit::failed;
    bool const incomplete = std::any_of(reports.begin(), reports.end(), [&failed](auto const& report) {
        bool const too_late = report.outcome == "not_newer" && !report.next_step.empty();
        return failed(report) || too_late || report.set_aside > 0;
    });
    return incomplete ? Exit::incomplete : Exit::done;
}

void print_report(ingest::LoadReport const& report) {
    auto const& name = report.dataset.empty() ? report.table : report.dataset;
    if (report.text.empty()) {
        std::printf("%-28s %-9s", name.c_str(), report.outcome.c_str());
        if (report.vintage) std::printf(" vintage %u", *report.vintage);
        std::printf("  rows %s  figures %s  added %s  revised %s  deleted %s  unchanged %s  set aside %s%s\n",
                    grouped(report.rows).c_str(), grouped(report.cells).c_str(),
                    grouped(report.added).c_str(), grouped(report.revised).c_str(),
                    grouped(report.deleted).c_str(), grouped(report.unchanged).c_str(),
                    grouped(report.set_aside).c_str(),
                    report.repeated > 0 ? ("  said twice " + grouped(report.repeated)).c_str() : "");
    } else {
        std::printf("%-28s %-9s  %s\n", name.c_str(), report.outcome.c_str(), report.text.c_str());
    }
    if (!report.next_step.empty()) std::printf("    next: %s\n", report.next_step.c_str());
    print_issues(report.issues, name);
}

void write_report(Json& json, ingest::LoadReport const& report) {
    json.object()
        .field("source", report.source)
        .field("table", report.table)
        .field("dataset", report.dataset)
        .field("outcome", report.outcome)
        .field("text", report.text)
        .field("next_step", report.next_step)
        .field("document", report.document_sha256);
    json.key("vintage");
    if (report.vintage)
        json.number(*report.vintage);
    else
        json.null();
    json.field("bytes", report.bytes)
        .field("rows", report.rows)
        .field("figures", report.cells)
        .field("series", report.series)
        .field("added", report.added)
        .field("revised", report.revised)
        .field("deleted", report.deleted)
        .field("unchanged", report.unchanged)
        .field("set_aside", report.set_aside)
        .field("repeated", report.repeated);
    json.key("issues").array();
    for (auto const& issue : report.issues) write_issue(json, issue);
    json.end_array().end_object();
}

Progress::Progress(std::size_t total)
    : terminal_(isatty(STDERR_FILENO) == 1), total_(total), started_ms_(now_ms()) {}

Progress::~Progress() {
    erase();
}

void Progress::erase() const {
    if (terminal_) std::fputs("\r\033[K", stderr);
}

void Progress::begin(std::string const& what) {
    what_ = shortened(what);
    file_ms_ = now_ms();
    due_ms_ = file_ms_ + (terminal_ ? 0 : plain_every_ms);
    if (!terminal_) return;
    auto const elapsed = now_ms() - started_ms_;
    std::string left;
    if (finished_ > 0) {
        auto const each = elapsed / static_cast<std::int64_t>(finished_);
        left = ", about " +
               std::to_string(each * static_cast<std::int64_t>(total_ - std::min(finished_, total_)) / 1000 +
                              1) +
               " s left";
    }
    erase();
    std::fprintf(stderr, "[%zu/%zu] %s  (%s rows, %.1f MB so far%s)", finished_ + 1, total_, what_.c_str(),
                 grouped(rows_).c_str(), static_cast<double>(bytes_) / 1e6, left.c_str());
    std::fflush(stderr);
}

void Progress::tick(ingest::ReadingState const& state) noexcept {
    if (state.of_bytes < large_bytes) return;
    auto const now = now_ms();
    auto due = due_ms_.load();
    if (now < due ||
        !due_ms_.compare_exchange_strong(due, now + (terminal_ ? draw_every_ms : plain_every_ms)))
        return;
    constexpr double mega = 1e6;
    auto const bytes = static_cast<double>(state.bytes);
    auto const of_bytes = static_cast<double>(state.of_bytes);
    std::array<char, 64> left{", storing it"};
    if (state.bytes < state.of_bytes)
        std::snprintf(left.data(), left.size(), ", about %.0f s left",
                      static_cast<double>(now - file_ms_) / 1000 * (of_bytes - bytes) / bytes + 1);
    std::fprintf(stderr, "%s[%zu/%zu] %s: %s rows, %.1f of %.1f MB%s%s",
                 terminal_ ? "\r\033[K" : "kreislauf: ", finished_ + 1, total_, what_.c_str(),
                 grouped(state.lines).c_str(), bytes / mega, of_bytes / mega, left.data(),
                 terminal_ ? "" : "\n");
    std::fflush(stderr);
}

void Progress::done(ingest::LoadReport const& report) {
    ++finished_;
    rows_ += report.rows;
    bytes_ += report.bytes;
    erase();
}

} // namespace gateway::app
