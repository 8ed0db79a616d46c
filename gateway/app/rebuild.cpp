#include "gateway/app/rebuild.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <tuple>

#include "gateway/app/context.hpp"
#include "gateway/care/backup.hpp"
#include "gateway/ingest/load.hpp"
#include "gateway/ingest/restore.hpp"
#include "gateway/io/file.hpp"
#include "gateway/store/backup.hpp"

namespace gateway::app {
namespace {

namespace fs = std::filesystem;

struct Step {
    DatasetInfo dataset;
    store::VintageInfo vintage;
};

/// Every vintage of every dataset in the order in which they came.
std::vector<Step> steps_of(store::Store const& old) {
    std::vector<Step> steps;
    for (auto const& dataset : old.datasets())
        for (auto const& vintage : old.vintages(dataset.id)) steps.push_back({dataset, vintage});
    std::stable_sort(steps.begin(), steps.end(), [](Step const& a, Step const& b) {
        return std::tie(a.vintage.received, a.vintage.document) <
               std::tie(b.vintage.received, b.vintage.document);
    });
    return steps;
}

/// Mapping files of that time and the areas they know; most vintages share them.
struct Knowledge {
    explicit Knowledge(std::string const& bundle)
        : files(harmonize::MappingFiles::from_bundle(bundle)), areas(harmonize::AreaRegister::load(files)) {}
    harmonize::MappingFiles files;
    harmonize::AreaRegister areas;
};

class Rebuilder {
  public:
    Rebuilder(Options const& options, std::string const& old_directory)
        : directory_(options.store), old_(store::open_sqlite(old_directory, true)),
          old_archive_(old_directory + "/raw"), archive_(directory_ + "/raw"),
          store_(store::open_sqlite(directory_)) {}

    RebuildReport run() {
        for (auto const& document : old_->documents()) {
            numbers_[document.no] =
                store_->record_document(document.sha256, document.bytes, document.provenance);
            documents_[document.no] = document;
            if (!archive_.holds(document.sha256)) keep(document);
        }
        for (auto const& step : steps_of(*old_)) {
            try {
                repeat(step);
                ++report_.vintages;
            } catch (Error const& error) {
                if (error.code() == Errc::io || error.code() == Errc::conflict) throw;
                differs(step, error.what());
            }
        }
        auto attempts = old_->attempts(every_attempt);
        for (auto attempt = attempts.rbegin(); attempt != attempts.rend(); ++attempt) {
            auto const number = numbers_.find(attempt->document);
            attempt->document = number != numbers_.end() ? number->second : 0;
            store_->record_attempt(*attempt);
        }
        report_.documents = documents_.size();
        report_.content_hash = store_->content_hash();
        return std::move(report_);
    }

  private:
    static constexpr std::size_t every_attempt = std::size_t{1} << 31U;

    void differs(Step const& step, std::string const& text) {
        report_.differences.push_back(
            {step.dataset.id + ", vintage " + std::to_string(step.vintage.no), text});
    }

    void keep(store::DocumentInfo const& document) {
        try {
            auto const found = old_archive_.read(document.sha256);
            archive_.keep(found.bytes, found.provenance);
        } catch (Error const& error) {
            if (error.code() == Errc::io) throw;
            report_.differences.push_back({"document " + std::to_string(document.no), error.what()});
        }
    }

    void repeat(Step const& step) {
        auto const& then = step.vintage;
        auto const number = numbers_.find(then.document);
        auto const document = number != numbers_.end() ? number->second : 0;
        if (then.kind == store::VintageKind::withdrawn) {
            store_->withdraw(step.dataset.id, then.received, document, then.note);
            return;
        }
        if (then.kind == store::VintageKind::recalled) {
            store_->recall(step.dataset.id, then.recalls,
                           {then.received, then.note, then.reason, then.sealed});
            return;
        }
        if (document == 0)
            throw Error{Errc::not_found,
                        "its document " + std::to_string(then.document) + " is not in table document"};
        auto const report = load(step, documents_.at(then.document), document);
        if (report.vintage != then.no)
            differs(step, "became " +
                              (report.vintage ? "vintage " + std::to_string(*report.vintage) : "no vintage") +
                              ": " + report.outcome + " " + report.text);
        else if (report.added != then.added || report.revised != then.revised ||
                 report.deleted != then.deleted)
            differs(step, "figures added, revised and deleted are " + std::to_string(report.added) + ", " +
                              std::to_string(report.revised) + " and " + std::to_string(report.deleted) +
                              ", then they were " + std::to_string(then.added) + ", " +
                              std::to_string(then.revised) + " and " + std::to_string(then.deleted));
    }

    ingest::LoadReport load(Step const& step, store::DocumentInfo const& document, std::int64_t number) {
        auto& knowledge = knowledge_[step.vintage.mapping_sha256];
        if (!knowledge) knowledge = std::make_unique<Knowledge>(old_->mapping(step.vintage.mapping_sha256));
        auto clock = Clock::system();
        clock.now = [received = step.vintage.received] { return received; };
        ingest::Workshop shop{*store_, archive_, knowledge->files, knowledge->areas, directory_, clock};
        auto const bytes = archive_.read(document.sha256).bytes;
        ingest::LoadOptions options;
        options.published = step.vintage.published;
        options.force = true;
        options.note = step.vintage.note;
        options.document = number;
        auto const kept = [&document] { return raw::Kept{document.sha256, document.bytes, false}; };
        auto provenance = document.provenance;
        provenance.received = step.vintage.received;
        if (ingest::is_own_export(bytes))
            return ingest::restore_export(shop, bytes, kept, provenance, options);
        return ingest::load_document(shop, bytes, kept, provenance, {step.dataset.source, step.dataset.table},
                                     options);
    }

    std::string directory_;
    std::unique_ptr<store::Store> old_;
    raw::Archive old_archive_;
    raw::Archive archive_;
    std::unique_ptr<store::Store> store_;
    std::map<std::int64_t, std::int64_t> numbers_; ///< of documents, old to new
    std::map<std::int64_t, store::DocumentInfo> documents_;
    std::map<std::string, std::unique_ptr<Knowledge>> knowledge_;
    RebuildReport report_;
};

} // namespace

RebuildReport rebuild(Options const& options, std::string const& old_directory) {
    auto const old = old_directory + "/store.sqlite";
    if (!io::file_exists(old))
        throw Error{Errc::not_found, old + ": there is no store here; name its directory with --from"};
    std::error_code none;
    if (fs::exists(options.store, none) && !fs::is_empty(options.store, none))
        throw Error{Errc::invalid_argument,
                    options.store +
                        ": is not empty; a store is rebuilt into an empty directory, so that nothing "
                        "is overwritten: name one with --store"};
    io::make_directories(options.store);
    for (auto const& path : care::other_files(old_directory)) {
        auto const target = fs::path{options.store} / path;
        io::make_directories(target.parent_path().string());
        if (care::is_database(path))
            store::copy_database(old_directory + "/" + path, target.string());
        else
            io::write_durable(target.string(), io::read_file(old_directory + "/" + path));
        fs::permissions(target, fs::status(old_directory + "/" + path).permissions());
    }
    return Rebuilder{options, old_directory}.run();
}

} // namespace gateway::app
