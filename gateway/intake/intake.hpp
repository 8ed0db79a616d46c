// Intake: takes deliveries, checks them, releases them at their minute, recalls them.
//
// What is acknowledged is durable: submit() returns when bytes and ledger are synced. Work is done by work(), in this
// or in another process; whatever is killed when, the next call goes on.
//
// Threads  from any; each call opens what it needs. Between processes the ledger decides.
// Errors   Error invalid_argument, not_found and conflict for what the caller can mend, in words for him;
//          io where the disk refuses: nothing is lost, and the call can be repeated
// Source   docs/adr/0018-deliveries-beside-the-store.md
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/intake/agreement.hpp"
#include "gateway/intake/delivery.hpp"
#include "gateway/intake/findings.hpp"
#include "gateway/intake/receipt.hpp"

namespace gateway::intake {

struct IntakeSettings {
    std::string store;   ///< directory of the store; the intake is in it
    std::string data;    ///< folder with mappings/ and schemas/
    std::string program; ///< version
    Clock clock = Clock::system();
    unsigned threads = 2;
    std::function<void(std::string_view)> complain = {}; ///< one line for the operator
};

struct Submission {
    std::string agreement;
    std::string file; ///< as the sender calls it
    std::string path; ///< the complete bytes; stays where it is
    Actor sender;
    Wish wish;
};

struct Submitted {
    Delivery delivery;
    bool is_repeat = false; ///< the same bytes under the same agreement: the delivery of then
};

struct DeliveryFilter {
    std::string agreement; ///< empty = any
    std::string office;    ///< key of the Land; empty = any
    std::optional<Stage> stage;
};

class Intake {
  public:
    explicit Intake(IntakeSettings settings);
    ~Intake();

    /// Those in force: read again when their files change. What was returned stays valid as long as the intake.
    [[nodiscard]] Agreements const& agreements() const;

    Submitted submit(Submission const& submission);
    /// All of a check, and no trace of it.
    Report dry_run(Submission const& submission);

    [[nodiscard]] std::optional<Delivery> find(std::string_view id) const;
    [[nodiscard]] std::vector<Delivery> list(DeliveryFilter const& filter) const; ///< newest first
    [[nodiscard]] std::optional<Report> report(std::string_view id) const;
    /// Path of the file with the rows set aside; empty where there are none.
    [[nodiscard]] std::string quarantine(std::string_view id) const;
    /// In their order; one that is still owed is written first.
    [[nodiscard]] std::vector<Receipt> receipts(std::string_view id) const;
    [[nodiscard]] std::string public_key() const;

    /// Wants it released, at its minute where it has one. \throws Error conflict where four eyes, the brake or a
    /// missing reason stand against it
    void release(std::string_view id, Actor const& who, std::string const& reason);
    /// Takes back what is not released; recalls what is. `sealed`: readers get the recalled vintage under no date.
    void withdraw(std::string_view id, Actor const& who, std::string const& why, bool sealed = false);

    /// Does the next due thing; false where nothing is due now.
    bool work();
    /// When the next release is due; nothing where none waits.
    [[nodiscard]] std::optional<UnixTime> next_due() const;
    /// Works until `stopped` says so: for a thread of the server. Releases are visible within a second of their minute.
    void run(std::function<bool()> const& stopped);

    /// Lock of whoever looks into the watched folder.
    [[nodiscard]] std::string folder_lock() const;

    /// Areas and datasets of which rows were set aside when the rest was released, until they come: "in Prüfung seit".
    /// Of what is not released it says nothing.
    struct UnderReview {
        std::string dataset, area; ///< area: key of the county; of the Land where the rows do not tell
        UnixTime since = 0;
        std::string delivery;
    };
    [[nodiscard]] std::vector<UnderReview> under_review() const;
    /// Scopes that may learn, of its own accord, of a vintage, be it a release or a recall: told.hpp.
    [[nodiscard]] std::optional<std::vector<std::string>> who_is_told(std::string_view dataset,
                                                                      VintageNo vintage) const;

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

} // namespace gateway::intake
