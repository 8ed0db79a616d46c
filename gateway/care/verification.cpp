#include "gateway/care/verification.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>

#include "gateway/care/backup.hpp"
#include "gateway/care/manifest.hpp"
#include "gateway/core/error.hpp"
#include "gateway/io/file.hpp"
#include "gateway/raw/archive.hpp"
#include "gateway/raw/repair.hpp"
#include "gateway/store/page_sums.hpp"
#include "gateway/store/store.hpp"

namespace gateway::care {
namespace {

class Verifier {
  public:
    Verifier(std::string directory, VerifyOptions const& options)
        : directory_(std::move(directory)), options_(options) {
        if (!options_.backup.empty()) manifest_ = read_manifest(options_.backup);
    }

    Verification run() {
        if (!io::file_exists(directory_ + "/store.sqlite"))
            throw Error{Errc::not_found, directory_ +
                                             "/store.sqlite: there is no store here; run kreislauf sync "
                                             "first, or name another directory with --store"};
        pages();
        archive();
        store();
        return std::move(result_);
    }

  private:
    void add(char const* part, std::string place, std::string text, bool repaired = false) {
        result_.findings.push_back({part, std::move(place), std::move(text), repaired});
    }

    void pages() {
        auto const backup_store = manifest_ ? options_.backup + "/" + manifest_->store : std::string{};
        auto const check =
            options_.repair ? store::repair_pages(directory_, backup_store) : store::check_pages(directory_);
        result_.pages = check.pages;
        result_.has_page_sums = check.has_sums;
        for (auto const& damage : check.damages)
            add("store",
                damage.page == 0 ? "store.sqlite-wal" : "store.sqlite, page " + std::to_string(damage.page),
                damage.text, damage.repaired);
        pages_sound_ = check.is_sound();
    }

    void archive() {
        raw::Archive const archive{directory_ + "/raw"};
        result_.objects = archive.list().size();
        for (auto const& damage : archive.verify()) {
            auto const repaired = options_.repair ? mend(damage.file) : std::nullopt;
            auto text = damage.text; // of an Error it begins with the file
            if (text.compare(0, damage.file.size() + 2, damage.file + ": ") == 0)
                text.erase(0, damage.file.size() + 2);
            add("archive", damage.file, repaired ? *repaired : text, repaired.has_value());
        }
    }

    /// What was done for an object that is damaged or missing.
    std::optional<std::string> mend(std::string const& file) {
        if (auto done = raw::turn_back_bit(file)) return done;
        auto const sha256 = raw::hash_in_name(file);
        if (sha256.empty() || !manifest_) return std::nullopt;
        if (raw::take_copy(options_.backup + "/" + object_path(sha256), file))
            return "taken from the backup " + options_.backup;
        return std::nullopt;
    }

    void store() {
        // What damaged pages say would only hide which page it is.
        if (!pages_sound_) {
            result_.readable = false;
            return;
        }
        try {
            look_at_store();
        } catch (Error const& error) {
            if (error.code() != Errc::corrupt_store) throw;
            result_.readable = false;
            add("store", "store.sqlite", error.what());
        }
    }

    void look_at_store() {
        if (options_.repair && !result_.has_page_sums) add_sums();
        auto const store = store::open_sqlite(directory_, true);
        auto const problems = store->verify();
        for (auto const& problem : problems) add("store", problem.place, problem.text);
        std::set<std::string> looked_at;
        auto const documents = store->documents();
        result_.documents = documents.size();
        raw::Archive const archive{directory_ + "/raw"};
        for (auto const& document : documents) {
            if (!looked_at.insert(document.sha256).second || archive.holds(document.sha256)) continue;
            auto const file = directory_ + "/" + object_path(document.sha256);
            auto const place = "document " + std::to_string(document.no) + " (" + document.sha256 + ")";
            bool const taken = options_.repair && manifest_ &&
                               raw::take_copy(options_.backup + "/" + object_path(document.sha256), file);
            add("archive", place,
                taken ? "was in the store but not in the archive: taken from the backup " + options_.backup
                      : "is in the store but not in the archive",
                taken);
        }
        if (problems.empty()) result_.content_hash = store->content_hash();
    }

    /// Only for a store that is sound as far as its own sums reach: from here on every page says so itself.
    void add_sums() {
        {
            auto const store = store::open_sqlite(directory_, true);
            if (!store->verify().empty()) return;
        }
        result_.sums_added = store::add_page_sums(directory_);
        result_.has_page_sums = result_.has_page_sums || result_.sums_added;
    }

    std::string directory_;
    VerifyOptions const& options_;
    std::optional<Manifest> manifest_;
    Verification result_;
    bool pages_sound_ = true;
};

} // namespace

bool Verification::is_sound() const noexcept {
    return readable &&
           std::all_of(findings.begin(), findings.end(), [](Finding const& each) { return each.repaired; });
}

std::uint64_t Verification::repaired() const noexcept {
    return static_cast<std::uint64_t>(
        std::count_if(findings.begin(), findings.end(), [](Finding const& each) { return each.repaired; }));
}

Verification verify(std::string const& store_directory, VerifyOptions const& options) {
    return Verifier{store_directory, options}.run();
}

} // namespace gateway::care
