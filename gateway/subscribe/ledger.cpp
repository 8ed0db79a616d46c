#include "gateway/subscribe/ledger.hpp"

#include <algorithm>

#include "gateway/core/error.hpp"
#include "gateway/subscribe/ledger_file.hpp"

namespace gateway::subscribe {
namespace {

constexpr char const* columns =
    "SELECT s.no, owner, title, areas, datasets, indicators, kinds, territory, format, way, address, "
    "options, "
    "created, changed, ended, state, why, p.number, p.moved, p.message, p.until, p.tries, p.first_try, "
    "p.next_try, p.trouble FROM subscription s JOIN position p ON p.subscription = s.no ";

/// 0 for what is no id; no subscription has that number.
std::int64_t number_in(std::string_view id) {
    if (id.size() < 8 || id.size() > 14 || id.substr(0, 2) != "S-") return 0;
    std::int64_t no = 0;
    for (char const c : id.substr(2)) {
        if (c < '0' || c > '9') return 0;
        no = no * 10 + (c - '0');
    }
    return id_of(no) == id ? no : 0;
}

std::string joined(std::vector<std::string> values) {
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    std::string text;
    for (auto const& value : values) text += (text.empty() ? "" : "\n") + value;
    return text;
}

std::vector<std::string> parted(std::string_view text) {
    std::vector<std::string> values;
    while (!text.empty()) {
        auto const end = std::min(text.find('\n'), text.size());
        values.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return values;
}

std::string joined(std::map<std::string, std::string, std::less<>> const& options) {
    std::string text;
    for (auto const& [name, value] : options) text += (text.empty() ? "" : "\n") + name + "=" + value;
    return text;
}

std::map<std::string, std::string, std::less<>> options_from(std::string_view text) {
    std::map<std::string, std::string, std::less<>> options;
    for (auto const& line : parted(text)) {
        auto const mark = std::min(line.find('='), line.size());
        options.emplace(line.substr(0, mark), line.substr(std::min(mark + 1, line.size())));
    }
    return options;
}

void require_sound(Subscription const& subscription) {
    if (auto const objection = objection_to(subscription); !objection.empty())
        throw Error{Errc::invalid_argument, objection};
}

bool may_become(SubscriptionState from, SubscriptionState to) {
    using enum SubscriptionState;
    switch (from) {
    case ended: return false;
    case unconfirmed: return to != paused;
    case active: return to != unconfirmed;
    case paused:
    case disabled: return true;
    }
    return false;
}

} // namespace

struct Ledger::Parts : LedgerFile {
    using LedgerFile::LedgerFile;

    Subscriber subscriber_from(store::Rows const& row) const {
        Subscriber found;
        auto& subscription = found.subscription;
        subscription.id = id_of(row.integer(0));
        subscription.owner = row.string(1);
        subscription.title = row.string(2);
        subscription.areas = parted(row.text(3));
        subscription.datasets = parted(row.text(4));
        subscription.indicators = parted(row.text(5));
        subscription.kinds = parted(row.text(6));
        subscription.territory = row.string(7);
        subscription.format = row.string(8);
        subscription.way = row.string(9);
        subscription.address = row.string(10);
        subscription.options = options_from(row.text(11));
        subscription.created = row.integer(12);
        subscription.changed = row.integer(13);
        subscription.ended = row.optional_integer(14);
        auto const state = subscription_state_from(row.text(15));
        if (!state)
            throw Error{Errc::corrupt_store, database.path() + ": subscription " + subscription.id +
                                                 " has an unknown state '" + row.string(15) +
                                                 "'; restore the ledger from a backup"};
        subscription.state = *state;
        subscription.why = row.string(16);
        auto& position = found.position;
        position.number = static_cast<std::uint64_t>(row.integer(17));
        position.moved = row.integer(18);
        position.message = row.string(19);
        position.until = static_cast<std::uint64_t>(row.integer(20));
        position.tries = static_cast<unsigned>(row.integer(21));
        position.first_try = row.integer(22);
        position.next_try = row.integer(23);
        position.trouble = row.string(24);
        return found;
    }

    template <typename... Arguments>
    std::vector<Subscriber> subscribers(std::string const& tail, Arguments const&... arguments) {
        auto const sql = columns + tail;
        store::Statement statement{database, sql.c_str()};
        store::Rows rows{statement, arguments...};
        std::vector<Subscriber> found;
        while (rows.next()) found.push_back(subscriber_from(rows));
        return found;
    }

    Subscriber require(std::string_view id) {
        auto found = subscribers("WHERE s.no = ?", number_in(id));
        if (found.empty())
            throw Error{Errc::not_found, "there is no subscription '" + std::string{id} +
                                             "'; kreislauf subscribe list names all"};
        return std::move(found.front());
    }

    void write(std::int64_t no, Subscription const& one) {
        store::Statement{database,
                         "UPDATE subscription SET title = ?, areas = ?, datasets = ?, indicators = ?, "
                         "kinds = ?, territory = ?, format = ?, way = ?, address = ?, options = ?, "
                         "changed = ?, ended = ?, state = ?, why = ? WHERE no = ?"}
            .run(one.title, joined(one.areas), joined(one.datasets), joined(one.indicators),
                 joined(one.kinds), one.territory, one.format, one.way, one.address, joined(one.options),
                 one.changed, one.ended, to_string(one.state), one.why, no);
    }

    /// Whether a message is under way there, and this one.
    bool is_under_way(std::int64_t no, std::string const& message, Position& position) {
        auto const found = subscribers("WHERE s.no = ?", no);
        if (found.empty() || message.empty() || found.front().position.message != message) return false;
        position = found.front().position;
        return true;
    }
};

Ledger::Ledger(std::string const& folder) : parts_(std::make_unique<Parts>(folder)) {}
Ledger::~Ledger() = default;

Subscription Ledger::add(Subscription subscription, std::uint64_t number) {
    require_sound(subscription);
    auto& database = parts_->database;
    store::LedgerTransaction transaction{database};
    subscription.changed = subscription.created;
    store::Statement{database,
                     "INSERT INTO subscription (owner, created, title, areas, datasets, indicators, "
                     "kinds, territory, format, way, address, options, changed, state, why) "
                     "VALUES (?, ?, '', '', '', '', '', '', '', '', '', '', 0, '', '')"}
        .run(subscription.owner, subscription.created);
    std::int64_t no = 0;
    {
        store::Statement last{database, "SELECT last_insert_rowid()"};
        store::Rows rows{last};
        if (rows.next()) no = rows.integer(0);
    }
    parts_->write(no, subscription);
    store::Statement{database, "INSERT INTO position (subscription, number, moved) VALUES (?, ?, ?)"}.run(
        no, number, subscription.created);
    transaction.commit();
    return parts_->require(id_of(no)).subscription;
}

std::optional<Subscriber> Ledger::find(std::string_view id) const {
    auto found = parts_->subscribers("WHERE s.no = ?", number_in(id));
    return found.empty() ? std::nullopt : std::optional{std::move(found.front())};
}

Subscriber Ledger::require(std::string_view id) const {
    return parts_->require(id);
}

std::vector<Subscriber> Ledger::list(SubscriptionFilter const& filter) const {
    auto const state = filter.state ? to_string(*filter.state) : std::string_view{};
    return parts_->subscribers(
        "WHERE (?1 OR owner = ?2) AND (?3 = '' OR way = ?3) AND (?4 = '' OR state = ?4) AND "
        "(?5 OR state <> 'ended') ORDER BY s.no",
        filter.owner ? 0 : 1, filter.owner.value_or(std::string{}), filter.way, state,
        filter.with_ended || filter.state ? 1 : 0);
}

Subscription Ledger::change(std::string_view id, UnixTime time,
                            std::function<void(Subscription&)> const& change) {
    store::LedgerTransaction transaction{parts_->database};
    auto const before = parts_->require(id).subscription;
    if (before.state == SubscriptionState::ended)
        throw Error{Errc::conflict, "subscription " + before.id + " has ended; add a new one"};
    auto after = before;
    change(after);
    require_sound(after);
    after.id = before.id;
    after.owner = before.owner;
    after.created = before.created;
    after.changed = time;
    auto const no = number_in(id);
    parts_->write(no, after);
    // What is under way tells the old question, or is for somebody else; its entries are told anew.
    bool const is_moved = before.address != after.address || before.way != after.way;
    if (is_moved || question_of(before) != question_of(after)) parts_->drop_message(no);
    transaction.commit();
    return parts_->require(id).subscription;
}

Subscription Ledger::move(std::string_view id, SubscriptionState state, UnixTime time,
                          std::string const& why) {
    store::LedgerTransaction transaction{parts_->database};
    auto subscription = parts_->require(id).subscription;
    if (subscription.state == state) return subscription;
    if (!may_become(subscription.state, state))
        throw Error{Errc::conflict, "subscription " + subscription.id + " is " +
                                        std::string{to_string(subscription.state)} + " and cannot become " +
                                        std::string{to_string(state)} +
                                        (subscription.state == SubscriptionState::ended
                                             ? "; add a new one"
                                             : "; resume it first, and its receiver must agree")};
    subscription.state = state;
    subscription.why = why;
    subscription.changed = time;
    if (state == SubscriptionState::ended) subscription.ended = time;
    auto const no = number_in(id);
    parts_->write(no, subscription);
    // Whoever comes back is not told that the plan of long ago is over.
    if (state == SubscriptionState::active || state == SubscriptionState::unconfirmed)
        store::Statement{parts_->database,
                         "UPDATE position SET tries = 0, first_try = ?, next_try = ?, trouble = '' "
                         "WHERE subscription = ?"}
            .run(time, time, no);
    if (state == SubscriptionState::ended) {
        parts_->drop_message(no);
        store::Statement{parts_->database, "DELETE FROM secret WHERE subscription = ?"}.run(no);
    }
    transaction.commit();
    return subscription;
}

std::uint64_t Ledger::revision() const {
    return parts_->revision();
}

void Ledger::acknowledge(std::string_view id, std::uint64_t number, UnixTime time) {
    static_cast<void>(parts_->require(id));
    store::Statement{parts_->database, "UPDATE position SET number = ?1, moved = ?2 "
                                       "WHERE subscription = ?3 AND number < ?1 AND message = ''"}
        .run(number, time, number_in(id));
}

void Ledger::rewind(std::string_view id, std::uint64_t number, UnixTime time) {
    store::LedgerTransaction transaction{parts_->database};
    static_cast<void>(parts_->require(id));
    auto const no = number_in(id);
    parts_->drop_message(no);
    store::Statement{parts_->database, "UPDATE position SET number = ?, moved = ? WHERE subscription = ?"}
        .run(number, time, no);
    transaction.commit();
}

std::vector<bool> Ledger::begin(std::span<Begin const> messages) {
    std::vector<bool> written;
    if (messages.empty()) return written;
    store::LedgerTransaction transaction{parts_->database};
    store::Statement write{
        parts_->database,
        "UPDATE position SET message = ?1, until = ?2, tries = 0, first_try = ?3, next_try = ?3, "
        "trouble = '' WHERE subscription = ?4 AND number = ?5 AND message = ''"};
    store::Statement skip{parts_->database, "UPDATE position SET number = ?1 "
                                            "WHERE subscription = ?2 AND number = ?3 AND message = ''"};
    for (auto const& one : messages) {
        auto const no = number_in(one.subscription);
        if (one.message.empty())
            skip.run(one.until, no, one.behind);
        else
            write.run(one.message, one.until, one.at, no, one.behind);
        written.push_back(parts_->changed_rows() == 1);
    }
    transaction.commit();
    return written;
}

void Ledger::settle(std::span<Settle const> ends) {
    if (ends.empty()) return;
    auto& database = parts_->database;
    store::LedgerTransaction transaction{database};
    store::Statement moved{
        database, "UPDATE position SET number = until, moved = ?, message = '', until = 0, tries = 0, "
                  "trouble = '' WHERE subscription = ?"};
    store::Statement again{database, "UPDATE position SET tries = tries + ?, next_try = ?, trouble = ? "
                                     "WHERE subscription = ?"};
    store::Statement failed{database,
                            "INSERT INTO failure (subscription, message, behind, until, first_try, last_try, "
                            "tries, status, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"};
    store::Statement disable{database, "UPDATE subscription SET state = 'disabled', why = ?, changed = ? "
                                       "WHERE no = ? AND state <> 'ended'"};
    store::Statement agreed{database,
                            "UPDATE subscription SET state = 'active', why = 'the receiver agreed', "
                            "changed = ? WHERE no = ? AND state = 'unconfirmed'"};
    for (auto const& one : ends) {
        auto const no = number_in(one.subscription);
        Position position;
        if (!parts_->is_under_way(no, one.message, position)) continue;
        switch (one.end) {
        case Settle::End::taken:
            moved.run(one.time, no);
            if (one.agrees) agreed.run(one.time, no);
            break;
        case Settle::End::again: again.run(one.counts ? 1 : 0, one.next_try, one.text, no); break;
        case Settle::End::gone:
            again.run(1, one.time, one.text, no);
            disable.run(one.text, one.time, no);
            break;
        case Settle::End::given_up:
            failed.run(no, one.message, position.number, position.until, position.first_try, one.time,
                       std::int64_t{position.tries} + 1, one.status, one.text);
            moved.run(one.time, no);
            if (one.disables) disable.run(one.text, one.time, no);
            break;
        }
    }
    transaction.commit();
}

std::vector<Failure> Ledger::failures(std::string_view id, std::size_t newest) const {
    static_cast<void>(parts_->require(id));
    return parts_->failures("WHERE subscription = ? ORDER BY no DESC LIMIT ?", number_in(id),
                            static_cast<std::int64_t>(newest));
}

std::optional<Failure> Ledger::failure(std::int64_t no) const {
    auto found = parts_->failures("WHERE no = ? ORDER BY no DESC LIMIT ?", no, 1);
    return found.empty() ? std::nullopt : std::optional{std::move(found.front())};
}

std::vector<Failure> Ledger::wanted_replays() const {
    return parts_->failures("WHERE wanted IS NOT NULL AND replayed IS NULL AND no > ? ORDER BY no LIMIT ?", 0,
                            1000);
}

Failure Ledger::want_replay(std::int64_t no, UnixTime time) {
    store::LedgerTransaction transaction{parts_->database};
    auto const found = failure(no);
    if (!found)
        throw Error{Errc::not_found, "there is no failure " + std::to_string(no) +
                                         "; kreislauf subscribe failures ID names those of a subscription"};
    if (found->replayed)
        throw Error{Errc::conflict, "failure " + std::to_string(no) + " of " + found->subscription +
                                        " was made up for at " + utc_text(*found->replayed)};
    store::Statement{parts_->database, "UPDATE failure SET wanted = ? WHERE no = ?"}.run(time, no);
    transaction.commit();
    return failure(no).value();
}

void Ledger::replayed(std::int64_t no, UnixTime time, int status, std::string const& trouble) {
    if (trouble.empty())
        store::Statement{parts_->database, "UPDATE failure SET replayed = ?, status = ? WHERE no = ?"}.run(
            time, status, no);
    else
        store::Statement{parts_->database,
                         "UPDATE failure SET wanted = NULL, last_try = ?, tries = tries + 1, "
                         "status = ?, text = ? WHERE no = ?"}
            .run(time, status, trouble, no);
}

std::vector<std::string> Ledger::secrets(std::string_view id, UnixTime now) const {
    store::Statement statement{parts_->database, "SELECT text FROM secret WHERE subscription = ? AND "
                                                 "(until IS NULL OR until > ?) ORDER BY no DESC"};
    store::Rows rows{statement, number_in(id), now};
    std::vector<std::string> found;
    while (rows.next()) found.push_back(rows.string(0));
    return found;
}

void Ledger::add_secret(std::string_view id, std::string const& secret, UnixTime now, UnixTime others_until) {
    auto& database = parts_->database;
    store::LedgerTransaction transaction{database};
    static_cast<void>(parts_->require(id));
    auto const no = number_in(id);
    store::Statement{database, "DELETE FROM secret WHERE subscription = ? AND until <= ?"}.run(no, now);
    store::Statement{database, "UPDATE secret SET until = ?1 WHERE subscription = ?2 AND "
                               "(until IS NULL OR until > ?1)"}
        .run(others_until, no);
    store::Statement{database, "INSERT INTO secret (subscription, text, created) VALUES (?, ?, ?)"}.run(
        no, secret, now);
    transaction.commit();
}

std::string const& Ledger::folder() const noexcept {
    return parts_->folder;
}

std::string ledger_folder(std::string const& store) {
    return store + "/subscriptions";
}

} // namespace gateway::subscribe
