// What the functions of the intake share: where things are, and what one job needs.
//
// Shape    STORE/intake/: ledger.sqlite, raw/ (the bytes), quarantine/ID/, receipts.jsonl, agreements/ (an operator's own),
//          desk/ (lock: who has it releases and recalls; folder: who looks into the watched folder; check-N: as many as
//          check at a time; ID.check: who checks it)
#pragma once

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/ingest/workshop.hpp"
#include "gateway/intake/agreement_book.hpp"
#include "gateway/intake/check.hpp"
#include "gateway/intake/intake.hpp"
#include "gateway/intake/intake_lock.hpp"
#include "gateway/intake/ledger.hpp"
#include "gateway/raw/archive.hpp"

namespace gateway::intake {

inline constexpr UnixTime lead_seconds = 2; ///< of a release, beside the time of the load itself
inline constexpr std::string_view gateway_actor = "gateway";

/// The store and all that is needed to load into it. Each job opens its own.
struct Bench {
    Bench(IntakeSettings const& settings, std::string const& scratch, unsigned threads);
    std::unique_ptr<store::Store> store;
    raw::Archive archive;
    harmonize::MappingFiles mappings;
    harmonize::AreaRegister areas;
    ingest::Workshop shop;
};

/// The bytes of a delivery as a file without a name, for as long as this lives: a kill leaves nothing of it.
class UnpackedFile {
  public:
    UnpackedFile(raw::Archive const& archive, std::string const& sha256, std::string const& folder);
    ~UnpackedFile();
    UnpackedFile(UnpackedFile const&) = delete;
    UnpackedFile& operator=(UnpackedFile const&) = delete;
    /// Under which this process can open it.
    [[nodiscard]] std::string const& path() const noexcept { return path_; }

  private:
    int file_ = -1;
    std::string path_;
};

struct Intake::Parts {
    explicit Parts(IntakeSettings given);

    /// Those in force; valid as long as this.
    [[nodiscard]] Agreements const& agreements() const { return book.now(); }
    [[nodiscard]] Ledger ledger() const { return Ledger{folder}; }
    [[nodiscard]] UnixTime now() const { return settings.clock.now(); }
    [[nodiscard]] std::string work_folder() const { return folder + "/desk"; }
    [[nodiscard]] std::string lock_path() const { return folder + "/desk/lock"; }
    /// \throws Error not_found naming those that there are
    [[nodiscard]] Agreement const& agreement(std::string_view id) const;
    void complain(std::string const& text) const {
        if (settings.complain) settings.complain(text);
    }
    /// Does it when fewer than `threads` others are at such work.
    template <typename Work>
    auto one_of_few(Work const& work) {
        std::unique_lock turn{few_mutex};
        few_turn.wait(turn, [this] { return few_busy < std::max(1U, settings.threads); });
        ++few_busy;
        turn.unlock();
        struct Done {
            Parts& parts;
            ~Done() {
                std::lock_guard const guard{parts.few_mutex};
                --parts.few_busy;
                parts.few_turn.notify_one();
            }
        } const done{*this};
        return work();
    }
    [[nodiscard]] bool is_stopped() const { return stopped && stopped(); }

    /// What is due of releases, recalls and receipts, under the lock; false where nothing is.
    bool work_release();
    /// The next check, where one waits and a place for it is free; several threads and processes may call it.
    bool work_check();
    /// One of the places in which checks run: as many as threads, so that memory is bounded. Nothing where all are
    /// taken. `is_alone`: nobody else checks.
    [[nodiscard]] std::optional<FileLock> place_for_check(bool& is_alone) const;
    [[nodiscard]] bool is_resting(Entry const& entry) const;
    /// Something of this machine failed with it: not again for some seconds.
    void rest(Entry const& entry, std::string const& why);

    // Each says what it could not do.
    void check_one(Entry const& entry, unsigned threads);
    class Together;
    /// Makes them visible in one moment, at `at` or as soon as possible after it. False where the minute is not near
    /// any more, or the service ends.
    bool release_together(std::vector<Entry> const& entries, UnixTime at);
    void recall_one(Entry const& entry);
    /// Those that are owed; several threads and processes may do it at once, each is written once.
    void write_receipts(Entry const& entry);
    Report check_at(Agreement const& agreement, Delivery const& delivery, std::string const& path,
                    std::string const& quarantine, unsigned threads);
    /// The store has it; the ledger says so too.
    Entry note_released(Entry const& entry, store::Store const& store, std::string const& dataset);
    void hold(Entry const& entry, std::string const& why);
    /// How long a load of so many bytes takes here, by what was seen.
    [[nodiscard]] UnixTime seconds_for(std::uint64_t bytes) const;
    void saw_speed(std::uint64_t bytes, double seconds);

    IntakeSettings settings;
    std::string folder; ///< STORE/intake
    AgreementBook book;
    mutable Receipts receipts;
    raw::Archive bytes;
    std::function<bool()> stopped;

    std::mutex few_mutex; ///< over few_busy
    std::condition_variable few_turn;
    unsigned few_busy = 0;

    mutable std::mutex mutex;                   ///< over what follows
    std::map<std::string, UnixTime> not_before; ///< deliveries with which something of this machine failed
    std::deque<double> speeds;                  ///< bytes per second that were seen last
};

/// When a delivery is to be visible.
UnixTime due_of(Entry const& entry);
/// Why it is not to be released any more, if so.
std::string objection_to_release(Entry const& entry);
inline constexpr char const* position_source =
    "delivery"; ///< position (this, id) of the store: it is released
/// Why a person cannot release it now; empty where nothing stands against it.
std::string why_not_released(Agreement const& agreement, Entry const& entry, Report const& report,
                             Actor const& who, std::string const& reason);
/// Whether it goes out without anybody.
bool releases_itself(Agreement const& agreement, Wish const& wish, Report const& report);
Receipt receipt_of(Entry const& entry, ReceiptKind kind, Agreement const* agreement,
                   std::optional<Report> const& report);
/// Name of the file with the rows set aside.
std::string quarantine_path(std::string const& folder, Delivery const& delivery);

} // namespace gateway::intake
