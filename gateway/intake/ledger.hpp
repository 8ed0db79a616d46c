// Ledger: which deliveries there are, where each stands, and every step it took.
//
// A step is one transaction that compares and sets: it names the state it starts from, and where another process was
// quicker nothing is written and the Error says who did what when. Durable when a call returns.
//
// Shape    STORE/intake/ledger.sqlite, SQLite in WAL mode, synchronous=FULL; user_version is the form of its tables
// Threads  one user at a time per object; any number of processes
// Errors   conflict where a step is not possible from where the delivery stands, not_found for an id, io, corrupt_store
// Source   docs/adr/0018-deliveries-beside-the-store.md
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/intake/delivery.hpp"
#include "gateway/intake/intake.hpp"

namespace gateway::intake {

/// A delivery and what only the intake itself needs to know of it.
struct Entry {
    Delivery delivery;
    std::string office;              ///< key of the Land
    UnixTime wanted_at = 0;          ///< when its release was wanted; 0 = it is not
    bool is_being_released = false;  ///< its minute has come and the store is being written
    bool recall_wanted = false;      ///< decided, and perhaps not yet in the store
    bool sealed = false;             ///< of the recall
    std::string release_reason;      ///< what the releasing person said
    std::vector<ReceiptKind> unsaid; ///< steps that still want their receipt
};

/// What a step changes beside the stage.
struct StepChange {
    Stage stage = Stage::received;
    UnixTime time = 0;
    Actor who;
    std::string why;
    std::optional<ReceiptKind> receipt; ///< is owed from now on
    std::optional<bool> release_wanted, is_being_released, recall_wanted, sealed;
    std::optional<std::string> release_reason, dataset;
    std::optional<VintageNo> vintage;
    std::optional<Wish> wish;
    std::optional<std::optional<UnixTime>> release_at;
    std::optional<std::string> report; ///< JSON; takes the place of an earlier one
    bool is_silent = false;            ///< no entry among the steps: nothing that anybody did
};

class Ledger {
  public:
    /// Opens the ledger in `folder`; makes it where there is none.
    explicit Ledger(std::string const& folder);
    ~Ledger();

    /// A new delivery in stage received. Its id is the next of the year; `delivery.id` is ignored. Where the same bytes
    /// are there under the same agreement and were not withdrawn, that delivery instead, and false.
    std::pair<Entry, bool> add(Delivery const& delivery, std::string const& office, std::string const& why);

    [[nodiscard]] std::optional<Entry> find(std::string_view id) const;
    [[nodiscard]] std::optional<Entry> find(std::string_view agreement, std::string_view sha256) const;
    [[nodiscard]] std::vector<Entry> list(DeliveryFilter const& filter) const; ///< newest first
    /// Those for which work() has something to do: received, wanted, being released or recalled, without receipt.
    [[nodiscard]] std::vector<Entry> open() const; ///< oldest first
    [[nodiscard]] std::optional<std::string> report(std::string_view id) const;

    /// Takes a step, if `may` (which sees the delivery as it stands, nobody else writing) has no objection: it returns
    /// the reason against it, empty where there is none. \throws Error conflict with that reason and the last step.
    Entry step(std::string_view id, std::function<std::string(Entry const&)> const& may,
               StepChange const& change);
    /// Notes, without an entry among the steps, that these are being released, with the report that holds now where one
    /// is given: all in one transaction. Returns those to which `may` has an objection; they stay as they are.
    struct Begin {
        std::string id;
        std::optional<std::string> report; ///< JSON
    };
    std::vector<std::string> begin_releases(std::vector<Begin> const& wanted,
                                            std::function<std::string(Entry const&)> const& may);
    /// The receipt is in the chain.
    void said(std::string_view id, ReceiptKind kind);

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

/// "key k7f3a09c2 released it on 2026-12-01T07:00:00Z (why)".
std::string last_step_text(Delivery const& delivery);

std::string to_json(Wish const& wish);
Wish wish_from_json(std::string_view text); ///< \throws Error corrupt_store

} // namespace gateway::intake
