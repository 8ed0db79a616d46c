#include "gateway/ingest/sync.hpp"

#include <algorithm>
#include <utility>

#include "gateway/ingest/repeat.hpp"
#include "gateway/io/sha256.hpp"

namespace gateway::ingest {
namespace {

/// Jobs were recorded at work for minutes; one that is at work for longer than this never ends.
constexpr UnixTime job_given_up_after = UnixTime{7} * 24 * 3600;

bool is_of_table(Errc code) noexcept {
    return code != Errc::source_refused && code != Errc::io && code != Errc::conflict &&
           code != Errc::corrupt_store;
}

/// "#2015-2017", "#2015-2015,01*": what a part of a table was asked for; never empty.
std::string part_name(Provenance const& provenance) {
    auto const field = [&provenance](std::string_view name) -> std::string {
        for (auto const& [key, value] : provenance.request)
            if (key == name) return value;
        return {};
    };
    auto name = "#" + field("startyear") + "-" + field("endyear");
    if (auto const region = field("regionalkey"); !region.empty()) name += "," + region;
    return name;
}

} // namespace

SourceSync::SourceSync(Workshop& shop, std::string source, Transport& transport,
                       adapters::genesis::Service service, adapters::genesis::Credentials credentials,
                       BeforeLoad before_load, adapters::genesis::RetryPolicy retries,
                       adapters::genesis::JobPolicy jobs)
    : shop_(shop), source_(std::move(source)), before_load_(std::move(before_load)),
      client_(
          transport, std::move(service), std::move(credentials), shop.clock,
          [this](RawDocument const& document) { keep(document); }, retries, jobs) {}

void SourceSync::keep(RawDocument const& document) {
    auto const kept = shop_.archive.keep(document.bytes, document.provenance);
    last_document_ = shop_.store.record_document(kept.sha256, kept.bytes, document.provenance);
    recorded_[kept.sha256] = {kept, last_document_};
}

LoadReport SourceSync::report(std::string const& table, std::string outcome, std::string text) const {
    LoadReport result;
    result.source = source_;
    result.table = table;
    result.outcome = std::move(outcome);
    result.text = std::move(text);
    return result;
}

void SourceSync::wait_for_jobs(std::chrono::seconds patience, bool comes_back) {
    client_.wait_for_jobs(patience);
    comes_back_ = comes_back;
}

bool SourceSync::has_job(std::string const& table) const {
    return !Position::from_json(shop_.store.position(client_.service().id, table)).pending_job.empty();
}

void SourceSync::change_position(std::string const& table, std::function<void(Position&)> const& change) {
    shop_.store.change_position(client_.service().id, table, [&change](std::string const& text) {
        auto position = Position::from_json(text);
        change(position);
        return position.to_json();
    });
}

adapters::genesis::TableAnswer SourceSync::take_up(adapters::genesis::TableRequest const& request,
                                                   Position const& position,
                                                   adapters::genesis::JobMemory const& memory) {
    if (position.pending_job.empty()) return client_.resume_start(request, *position.starting, memory);
    auto answer = client_.resume_job(request, position.pending_job);
    using Outcome = adapters::genesis::TableAnswer::Outcome;
    if (answer.outcome == Outcome::not_ready && position.pending_since != 0 &&
        shop_.clock.now() - position.pending_since > job_given_up_after) {
        answer.text +=
            "; given up after a week, the next sync asks anew" + end_job(request.name, position.pending_job);
    }
    return answer;
}

std::string SourceSync::end_job(std::string const& table, std::string const& job) {
    change_position(table, [](Position& position) {
        position.pending_job.clear();
        position.pending_since = 0;
        position.starting.reset();
        position.job_years.clear();
    });
    try {
        client_.remove_result(job);
    } catch (Error const& error) {
        // A result that stays at the source costs only room there, whatever the reason.
        if (error.code() == Errc::io) throw;
        return std::string{"; the result "} + job + " could not be removed at the source: " + error.what();
    }
    return {};
}

adapters::genesis::TableAnswer SourceSync::ask(adapters::genesis::TableRequest const& request) {
    auto const& service = client_.service().id;
    auto const years = request.start_year == 0
                           ? std::string{}
                           : std::to_string(request.start_year) + "-" + std::to_string(request.end_year);
    adapters::genesis::JobMemory memory;
    memory.starting = [&](std::vector<std::string> const& known) {
        change_position(request.name, [&](Position& position) {
            position.starting = known;
            position.job_years = years;
        });
    };
    memory.started = [&](std::string const& job) {
        change_position(request.name, [&](Position& position) {
            position.pending_job = job;
            position.pending_since = shop_.clock.now();
            position.starting.reset();
        });
    };
    auto const position = Position::from_json(shop_.store.position(service, request.name));
    if (!position.pending_job.empty() || position.starting) {
        auto answer = take_up(request, position, memory);
        if (answer.outcome != adapters::genesis::TableAnswer::Outcome::job_lost) return answer;
        change_position(request.name, [](Position& after) {
            after.pending_job.clear();
            after.pending_since = 0;
            after.starting.reset();
            after.job_years.clear();
        });
    }
    return client_.fetch(request, memory);
}

LoadReport SourceSync::load(RawDocument const& document, std::string const& slice, Answered const& answered) {
    auto const& table = answered.table;
    auto const sha256 = io::sha256_hex(document.bytes);
    auto const recorded = recorded_.find(sha256);
    if (recorded == recorded_.end())
        throw Error{Errc::corrupt_store, "the answer for " + table + " was not archived before it was read"};
    LoadOptions options;
    options.partial = answered.partial;
    options.slice = slice;
    options.received = answered.received;
    options.force = answered.force;
    options.document = recorded->second.document;
    options.warnings = answered.warnings;
    TableRef const ref{client_.service().id, table};
    if (auto repeated =
            repeated_load(shop_, {ref.service, table + slice}, sha256, document.provenance, options)) {
        repeated->source = source_;
        repeated->table = table;
        repeated->text = "the same bytes as at the last sync";
        if (repeated->set_aside > 0)
            repeated->text += "; set aside then: " + std::to_string(repeated->set_aside);
        return *repeated;
    }
    if (before_load_)
        before_load_({ref, source_, sha256, options.document, answered.partial, slice, answered.whole},
                     options);
    auto result = load_document(
        shop_, document.bytes, [&recorded] { return recorded->second.kept; }, document.provenance, ref,
        options);
    result.source = source_;
    return result;
}

std::vector<LoadReport> SourceSync::load_together(std::vector<RawDocument> const& documents,
                                                  Answered answered) {
    answered.whole = std::make_shared<Whole>();
    for (auto const& document : documents) {
        // The last part has the newest years, or is the last Land: its position is that of the table.
        auto const slice =
            &document == &documents.back() ? answered.slice : answered.slice + part_name(document.provenance);
        answered.whole->parts.push_back({io::sha256_hex(document.bytes), slice});
        answered.received =
            std::max(answered.received.value_or(document.provenance.received), document.provenance.received);
    }
    std::vector<LoadReport> reports;
    std::optional<Error> empty;
    std::string without_rows;
    auto const group = shop_.store.group();
    for (std::size_t i = 0; i < documents.size(); ++i) {
        auto const& slice = answered.whole->parts[i].slice;
        auto const name = part_name(documents[i].provenance).substr(1);
        try {
            reports.push_back(load(documents[i], slice, answered));
        } catch (Stopped const&) {
            throw; // of the table as a whole
        } catch (Error const& error) {
            if (!is_of_table(error.code())) throw;
            Error const told{error.code(), "part " + std::to_string(i + 1) + " of " +
                                               std::to_string(documents.size()) + " (" + name +
                                               "): " + error.what() + "; no part was loaded"};
            // Years or Länder that never had a figure say so with a header alone. Those that had must not vanish.
            if (error.code() != Errc::empty_document ||
                !shop_.store.position(client_.service().id, answered.table + slice).empty())
                throw told;
            if (!empty) empty = told;
            without_rows += (without_rows.empty() ? "" : ", ") + name;
        }
    }
    if (reports.empty() && empty) throw *empty;
    if (answered.whole->last_word) answered.whole->last_word();
    group->commit();
    if (!without_rows.empty())
        reports.back().text +=
            (reports.back().text.empty() ? "" : "; ") + std::string{"without a row: "} + without_rows;
    return reports;
}

void SourceSync::refuse_where_moved(Error const& error) {
    try {
        client_.login_check();
    } catch (Error const& also) {
        if (also.code() != Errc::not_found) return; // it does not tell
        throw Error{Errc::source_refused,
                    client_.service().id + ": the service is no longer at " + client_.service().url + ": " +
                        error.what() +
                        "; its logincheck answers in the same way. Configure its new address (url)"};
    }
}

LoadReport SourceSync::gone(std::string const& table, std::string const& text) {
    bool known = false;
    for (auto const& dataset : shop_.store.datasets()) {
        if (dataset.source != client_.service().id || dataset.table != table) continue;
        known = true;
        shop_.store.withdraw(dataset.id, shop_.clock.now(), last_document_, text);
    }
    if (known)
        return report(table, "withdrawn", "the source no longer has it: " + text + "; what is stored stays");
    return report(table, "absent",
                  "the source has no such table: " + text + "; check the code in the configuration");
}

std::optional<std::vector<std::string>> SourceSync::modified_since(std::string const& day) {
    recorded_.clear();
    auto const listing = client_.modified_since(day);
    // Cut off, or with a parameter replaced, it tells what changed but not what did not.
    if (!listing.warnings.empty()) return std::nullopt;
    std::vector<std::string> codes;
    for (auto const& list : listing.answer.lists)
        for (auto const& item : list.items) codes.emplace_back(item.code());
    return codes;
}

std::vector<LoadReport> SourceSync::table(adapters::genesis::TableRequest const& request, bool force,
                                          std::string const& expected_since) {
    using Outcome = adapters::genesis::TableAnswer::Outcome;
    recorded_.clear();
    last_document_ = 0;
    std::vector<LoadReport> reports;
    std::string job;
    auto const slice = request.end_year == 0 ? std::string{}
                                             : "@" + std::to_string(request.start_year) + "-" +
                                                   std::to_string(request.end_year);
    try {
        auto const answer = ask(request);
        job = answer.job;
        switch (answer.outcome) {
        case Outcome::table:
            if (answer.documents.size() == 1)
                reports.push_back(load(answer.documents.front(), slice,
                                       {request.name, slice, answer.partial, force, answer.warnings}));
            else
                reports = load_together(answer.documents,
                                        {request.name, slice, answer.partial, force, answer.warnings});
            break;
        case Outcome::not_newer: reports.push_back(report(request.name, "not_newer", answer.text)); break;
        case Outcome::gone:
        case Outcome::not_ready:
            // Years without figures say the same. Whether the table is there, the newest years tell.
            if (!slice.empty()) {
                if (!shop_.store.position(client_.service().id, request.name + slice).empty())
                    reports.push_back(report(request.name, "partial",
                                             "the source no longer serves the years " + slice.substr(1) +
                                                 " (" + answer.text + "); what is stored of them stays"));
                break;
            }
            if (answer.outcome == Outcome::gone) {
                reports.push_back(gone(request.name, answer.text));
                break;
            }
            reports.push_back(report(request.name, "not_ready", answer.text));
            reports.back().next_step = "nothing; the next sync asks again";
            break;
        case Outcome::job_lost:
            reports.push_back(
                report(request.name, "failed", "the source lost the background job: " + answer.text));
            break;
        }
    } catch (Error const& error) {
        if (error.code() == Errc::not_found) refuse_where_moved(error);
        // Refused credentials concern every table; to go on would lock the account.
        if (!is_of_table(error.code())) throw;
        reports.push_back(report_after(error));
        reports.back().source = source_;
        reports.back().table = request.name;
        // The client's own messages end with what to do.
        if (reports.back().next_step.empty() && error.code() != Errc::source_unavailable &&
            error.code() != Errc::too_large)
            reports.back().next_step =
                "the answer is in the archive; the next sync asks again; if it stays so, "
                "report it to the source";
    }
    // Also where its table was no use: the next sync asks anew instead of for the same again.
    if (!job.empty()) {
        auto const remark = end_job(request.name, job);
        if (!remark.empty() && !reports.empty()) reports.back().text += remark;
    }
    mark_late(reports, expected_since);
    for (auto& result : reports) {
        if (comes_back_ && result.outcome == "not_ready" && has_job(request.name)) {
            result.comes_back = true;
            continue;
        }
        shop_.store.record_attempt(
            {shop_.clock.now(), source_, request.name, result.outcome, result.text, last_document_});
    }
    return reports;
}

} // namespace gateway::ingest
