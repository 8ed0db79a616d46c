#include "gateway/intake/ledger.hpp"

#include <array>
#include <chrono>
#include <cstdio>
#include <utility>

#include "gateway/core/error.hpp"
#include "gateway/io/file.hpp"
#include "gateway/store/ledger_database.hpp"

namespace gateway::intake {
namespace {

constexpr std::int64_t form = 1;

constexpr char const* tables = R"(
CREATE TABLE delivery (
    no INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    agreement TEXT NOT NULL,
    office TEXT NOT NULL,
    file TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    sender TEXT NOT NULL,
    received INTEGER NOT NULL,
    stage TEXT NOT NULL,
    wish TEXT NOT NULL,
    release_at INTEGER,
    wanted_at INTEGER NOT NULL DEFAULT 0,
    releasing INTEGER NOT NULL DEFAULT 0,
    recall INTEGER NOT NULL DEFAULT 0,
    sealed INTEGER NOT NULL DEFAULT 0,
    reason TEXT NOT NULL DEFAULT '',
    dataset TEXT NOT NULL DEFAULT '',
    vintage INTEGER
) STRICT;
CREATE UNIQUE INDEX delivery_once ON delivery (agreement, sha256) WHERE stage <> 'withdrawn';
CREATE INDEX delivery_stage ON delivery (stage, wanted_at);
CREATE TABLE step (
    delivery INTEGER NOT NULL REFERENCES delivery,
    no INTEGER NOT NULL,
    time INTEGER NOT NULL,
    stage TEXT NOT NULL,
    who TEXT NOT NULL,
    why TEXT NOT NULL,
    PRIMARY KEY (delivery, no)
) STRICT, WITHOUT ROWID;
CREATE TABLE report (
    delivery INTEGER PRIMARY KEY REFERENCES delivery,
    json TEXT NOT NULL
) STRICT;
CREATE TABLE unsaid (
    delivery INTEGER NOT NULL REFERENCES delivery,
    kind INTEGER NOT NULL,
    PRIMARY KEY (delivery, kind)
) STRICT, WITHOUT ROWID;
CREATE TABLE sequence (year INTEGER PRIMARY KEY, last INTEGER NOT NULL) STRICT;
)";

constexpr char const* columns =
    "SELECT no, id, agreement, office, file, sha256, bytes, sender, received, stage, wish, release_at, "
    "wanted_at, releasing, recall, sealed, reason, dataset, vintage FROM delivery ";

int year_of(UnixTime time) {
    using namespace std::chrono;
    return static_cast<int>(year_month_day{floor<days>(sys_seconds{seconds{time}})}.year());
}

std::string id_of(int year, std::int64_t number) {
    std::array<char, 40> text{};
    auto const size =
        std::snprintf(text.data(), text.size(), "D-%04d-%06lld", year, static_cast<long long>(number));
    return {text.data(), static_cast<std::size_t>(size)};
}

} // namespace

struct Ledger::Parts {
    explicit Parts(std::string const& folder)
        : database(store::open_ledger(prepared(folder), "ledger.sqlite", {tables, form})) {}

    static std::string const& prepared(std::string const& folder) {
        io::make_directories(folder);
        return folder;
    }

    Entry entry_from(store::Rows const& row) {
        Entry entry;
        auto& delivery = entry.delivery;
        auto const no = row.integer(0);
        delivery.id = row.string(1);
        delivery.agreement = row.string(2);
        entry.office = row.string(3);
        delivery.file = row.string(4);
        delivery.sha256 = row.string(5);
        delivery.bytes = static_cast<std::uint64_t>(row.integer(6));
        delivery.sender = row.string(7);
        delivery.received = row.integer(8);
        auto const stage = stage_from(row.text(9));
        if (!stage)
            throw Error{Errc::corrupt_store, database.path() + ": delivery " + delivery.id +
                                                 " has an unknown stage '" + row.string(9) +
                                                 "'; restore the ledger from a backup"};
        delivery.stage = *stage;
        delivery.wish = wish_from_json(row.text(10));
        delivery.release_at = row.optional_integer(11);
        entry.wanted_at = row.integer(12);
        delivery.release_wanted = entry.wanted_at != 0;
        entry.is_being_released = row.integer(13) != 0;
        entry.recall_wanted = row.integer(14) != 0;
        entry.sealed = row.integer(15) != 0;
        entry.release_reason = row.string(16);
        delivery.dataset = row.string(17);
        if (auto const vintage = row.optional_integer(18))
            delivery.vintage = static_cast<VintageNo>(*vintage);
        store::Rows steps{steps_of, no};
        while (steps.next())
            delivery.steps.push_back({steps.integer(0), stage_from(steps.text(1)).value_or(Stage::received),
                                      steps.string(2), steps.string(3)});
        store::Rows unsaid{unsaid_of, no};
        while (unsaid.next()) entry.unsaid.push_back(static_cast<ReceiptKind>(unsaid.integer(0)));
        return entry;
    }

    template <typename... Arguments>
    std::vector<Entry> entries(std::string const& tail, Arguments const&... arguments) {
        auto const sql = columns + tail;
        store::Statement statement{database, sql.c_str()};
        store::Rows rows{statement, arguments...};
        std::vector<Entry> found;
        while (rows.next()) found.push_back(entry_from(rows));
        return found;
    }
    template <typename... Arguments>
    std::optional<Entry> entry(std::string const& tail, Arguments const&... arguments) {
        auto found = entries(tail, arguments...);
        return found.empty() ? std::nullopt : std::optional{std::move(found.front())};
    }

    std::int64_t number_of(std::string_view id) {
        store::Statement statement{database, "SELECT no FROM delivery WHERE id = ?"};
        store::Rows rows{statement, id};
        if (!rows.next())
            throw Error{Errc::not_found,
                        "there is no delivery '" + std::string{id} + "'; kreislauf delivery list names all"};
        return rows.integer(0);
    }

    template <typename Value>
    void set(char const* sql, Value const& value, std::int64_t no) {
        store::Statement{database, sql}.run(value, no);
    }

    void write_step(std::int64_t no, StepChange const& change) {
        store::Statement{database, "INSERT INTO step SELECT ?1, count(*) + 1, ?2, ?3, ?4, ?5 FROM step "
                                   "WHERE delivery = ?1"}
            .run(no, change.time, name_of(change.stage), change.who, change.why);
    }
    void owe(std::int64_t no, ReceiptKind kind) {
        store::Statement{database, "INSERT OR IGNORE INTO unsaid VALUES (?, ?)"}.run(no,
                                                                                     static_cast<int>(kind));
    }

    store::Database database;
    store::Statement steps_of{database,
                              "SELECT time, stage, who, why FROM step WHERE delivery = ? ORDER BY no"};
    store::Statement unsaid_of{database, "SELECT kind FROM unsaid WHERE delivery = ? ORDER BY kind"};
};

Ledger::Ledger(std::string const& folder) : parts_(std::make_unique<Parts>(folder)) {}
Ledger::~Ledger() = default;

std::pair<Entry, bool> Ledger::add(Delivery const& delivery, std::string const& office,
                                   std::string const& why) {
    auto& parts = *parts_;
    store::LedgerTransaction transaction{parts.database};
    if (auto known = find(delivery.agreement, delivery.sha256)) return {std::move(*known), false};
    auto const year = year_of(delivery.received);
    store::Statement{parts.database, "INSERT INTO sequence VALUES (?, 1) "
                                     "ON CONFLICT (year) DO UPDATE SET last = last + 1"}
        .run(year);
    std::int64_t number = 0;
    {
        store::Statement last{parts.database, "SELECT last FROM sequence WHERE year = ?"};
        store::Rows rows{last, year};
        if (rows.next()) number = rows.integer(0);
    }
    auto const id = id_of(year, number);
    store::Statement{parts.database,
                     "INSERT INTO delivery (id, agreement, office, file, sha256, bytes, sender, received, "
                     "stage, wish, release_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'received', ?, ?)"}
        .run(id, delivery.agreement, office, delivery.file, delivery.sha256, delivery.bytes, delivery.sender,
             delivery.received, to_json(delivery.wish), delivery.release_at);
    auto const no = parts.number_of(id);
    StepChange received;
    received.time = delivery.received;
    received.who = delivery.sender;
    received.why = why;
    parts.write_step(no, received);
    parts.owe(no, ReceiptKind::received);
    auto added = parts.entry("WHERE no = ?", no);
    transaction.commit();
    return {std::move(added.value()), true};
}

std::optional<Entry> Ledger::find(std::string_view id) const {
    return parts_->entry("WHERE id = ?", id);
}

std::optional<Entry> Ledger::find(std::string_view agreement, std::string_view sha256) const {
    return parts_->entry("WHERE agreement = ? AND sha256 = ? AND stage <> 'withdrawn'", agreement, sha256);
}

std::vector<Entry> Ledger::list(DeliveryFilter const& filter) const {
    auto const stage = filter.stage ? name_of(*filter.stage) : std::string_view{};
    return parts_->entries("WHERE (?1 = '' OR agreement = ?1) AND (?2 = '' OR office = ?2) AND "
                           "(?3 = '' OR stage = ?3) ORDER BY no DESC",
                           filter.agreement, filter.office, stage);
}

std::vector<Entry> Ledger::open() const {
    return parts_->entries("WHERE stage = 'received' OR wanted_at > 0 OR releasing OR recall OR "
                           "no IN (SELECT delivery FROM unsaid) ORDER BY no");
}

std::optional<std::string> Ledger::report(std::string_view id) const {
    store::Statement statement{parts_->database, "SELECT json FROM report JOIN delivery ON no = delivery "
                                                 "WHERE id = ?"};
    store::Rows rows{statement, id};
    return rows.next() ? std::optional{rows.string(0)} : std::nullopt;
}

Entry Ledger::step(std::string_view id, std::function<std::string(Entry const&)> const& may,
                   StepChange const& change) {
    auto& parts = *parts_;
    store::LedgerTransaction transaction{parts.database};
    auto const no = parts.number_of(id);
    auto const before = parts.entry("WHERE no = ?", no).value();
    if (auto const objection = may(before); !objection.empty())
        throw Error{Errc::conflict, "delivery " + before.delivery.id + " " + objection + "; " +
                                        last_step_text(before.delivery)};
    parts.set("UPDATE delivery SET stage = ? WHERE no = ?", name_of(change.stage), no);
    if (change.release_wanted)
        parts.set("UPDATE delivery SET wanted_at = ? WHERE no = ?",
                  *change.release_wanted ? change.time : UnixTime{0}, no);
    auto const flag = [&](char const* sql, std::optional<bool> value) {
        if (value) parts.set(sql, *value ? 1 : 0, no);
    };
    flag("UPDATE delivery SET releasing = ? WHERE no = ?", change.is_being_released);
    flag("UPDATE delivery SET recall = ? WHERE no = ?", change.recall_wanted);
    flag("UPDATE delivery SET sealed = ? WHERE no = ?", change.sealed);
    if (change.release_reason)
        parts.set("UPDATE delivery SET reason = ? WHERE no = ?", *change.release_reason, no);
    if (change.dataset) parts.set("UPDATE delivery SET dataset = ? WHERE no = ?", *change.dataset, no);
    if (change.vintage) parts.set("UPDATE delivery SET vintage = ? WHERE no = ?", *change.vintage, no);
    if (change.wish) parts.set("UPDATE delivery SET wish = ? WHERE no = ?", to_json(*change.wish), no);
    if (change.release_at)
        parts.set("UPDATE delivery SET release_at = ? WHERE no = ?", *change.release_at, no);
    if (change.report)
        store::Statement{parts.database, "INSERT OR REPLACE INTO report VALUES (?, ?)"}.run(no,
                                                                                            *change.report);
    if (!change.is_silent) parts.write_step(no, change);
    if (change.receipt) parts.owe(no, *change.receipt);
    auto after = parts.entry("WHERE no = ?", no).value();
    transaction.commit();
    return after;
}

std::vector<std::string> Ledger::begin_releases(std::vector<Begin> const& wanted,
                                                std::function<std::string(Entry const&)> const& may) {
    auto& parts = *parts_;
    store::LedgerTransaction transaction{parts.database};
    std::vector<std::string> refused;
    for (auto const& each : wanted) {
        auto const no = parts.number_of(each.id);
        if (!may(parts.entry("WHERE no = ?", no).value()).empty()) {
            refused.push_back(each.id);
            continue;
        }
        parts.set("UPDATE delivery SET releasing = ? WHERE no = ?", 1, no);
        if (each.report)
            store::Statement{parts.database, "INSERT OR REPLACE INTO report VALUES (?, ?)"}.run(no,
                                                                                                *each.report);
    }
    transaction.commit();
    return refused;
}

void Ledger::said(std::string_view id, ReceiptKind kind) {
    store::Statement{
        parts_->database,
        "DELETE FROM unsaid WHERE kind = ? AND delivery = (SELECT no FROM delivery WHERE id = ?)"}
        .run(static_cast<int>(kind), id);
}

} // namespace gateway::intake
