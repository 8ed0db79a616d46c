// What the functions of the intake share: where things are, and what one job needs.
//
// Shape    STORE/intake/: ledger.sqlite, raw/ (the bytes), quarantine/ID/, receipts.jsonl, agreements/ (an operator's own),
//          desk/ (unpacked files; lock: who has it checks and releases)
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/ingest/workshop.hpp"
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
    Bench(IntakeSettings const& settings, std::string const& scratch);
    std::unique_ptr<store::Store> store;
    raw::Archive archive;
    harmonize::MappingFiles mappings;
    harmonize::AreaRegister areas;
    ingest::Workshop shop;
};

/// The bytes of a delivery as a file, for as long as this lives.
class UnpackedFile {
  public:
    UnpackedFile(raw::Archive const& archive, std::string const& sha256, std::string const& folder);
    ~UnpackedFile();
    UnpackedFile(UnpackedFile const&) = delete;
    UnpackedFile& operator=(UnpackedFile const&) = delete;
    [[nodiscard]] std::string const& path() const noexcept { return path_; }

  private:
    std::string path_;
};

struct Intake::Parts {
    explicit Parts(IntakeSettings given);

    [[nodiscard]] Ledger ledger() const { return Ledger{folder}; }
    [[nodiscard]] UnixTime now() const { return settings.clock.now(); }
    [[nodiscard]] std::string work_folder() const { return folder + "/desk"; }
    [[nodiscard]] std::string lock_path() const { return folder + "/desk/lock"; }
    /// \throws Error not_found naming those that there are
    [[nodiscard]] Agreement const& agreement(std::string_view id) const;
    void complain(std::string const& text) const {
        if (settings.complain) settings.complain(text);
    }
    [[nodiscard]] bool is_stopped() const { return stopped && stopped(); }

    // Each works under the lock and says what it could not do.
    void check_one(Entry const& entry);
    /// False where its minute is not near any more, or the service ends.
    bool release_one(Entry const& entry);
    void recall_one(Entry const& entry);
    void write_receipts(Entry const& entry);
    Report check_at(Agreement const& agreement, Delivery const& delivery, std::string const& path,
                    std::string const& quarantine);
    /// The store has it; the ledger says so too.
    Entry note_released(Entry const& entry, store::Store const& store, std::string const& dataset);
    void hold(Entry const& entry, std::string const& why);
    Entry store_report(Entry const& entry, Report const& report);
    /// How long a load of so many bytes takes here, by what was seen.
    [[nodiscard]] UnixTime seconds_for(std::uint64_t bytes) const;
    /// When its release is begun, so that it waits for its minute and not the minute for it.
    [[nodiscard]] UnixTime begin_of(Entry const& entry) const;
    void saw_speed(std::uint64_t bytes, double seconds);

    IntakeSettings settings;
    std::string folder; ///< STORE/intake
    Agreements agreements;
    mutable Receipts receipts;
    raw::Archive bytes;
    std::function<bool()> stopped;

    mutable std::mutex mutex;                   ///< over what follows
    std::map<std::string, UnixTime> not_before; ///< deliveries with which something of this machine failed
    double bytes_per_second = 5e6;              ///< the slowest seen; the first guess is low
};

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
