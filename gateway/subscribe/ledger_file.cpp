#include "gateway/subscribe/ledger_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

#include "gateway/core/error.hpp"
#include "gateway/io/file.hpp"

namespace gateway::subscribe {
namespace {

constexpr std::int64_t form = 1;
constexpr char const* file_name = "subscriptions.sqlite";

constexpr char const* tables = R"(
CREATE TABLE subscription (
    no INTEGER PRIMARY KEY AUTOINCREMENT,
    owner TEXT NOT NULL,
    title TEXT NOT NULL,
    areas TEXT NOT NULL,
    datasets TEXT NOT NULL,
    indicators TEXT NOT NULL,
    kinds TEXT NOT NULL,
    territory TEXT NOT NULL,
    format TEXT NOT NULL,
    way TEXT NOT NULL,
    address TEXT NOT NULL,
    options TEXT NOT NULL,
    created INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    ended INTEGER,
    state TEXT NOT NULL,
    why TEXT NOT NULL
) STRICT;
CREATE INDEX subscription_owner ON subscription (owner);
CREATE TABLE position (
    subscription INTEGER PRIMARY KEY REFERENCES subscription,
    number INTEGER NOT NULL,
    moved INTEGER NOT NULL,
    message TEXT NOT NULL DEFAULT '',
    until INTEGER NOT NULL DEFAULT 0,
    tries INTEGER NOT NULL DEFAULT 0,
    first_try INTEGER NOT NULL DEFAULT 0,
    next_try INTEGER NOT NULL DEFAULT 0,
    trouble TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE failure (
    no INTEGER PRIMARY KEY AUTOINCREMENT,
    subscription INTEGER NOT NULL REFERENCES subscription,
    message TEXT NOT NULL,
    behind INTEGER NOT NULL,
    until INTEGER NOT NULL,
    first_try INTEGER NOT NULL,
    last_try INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    status INTEGER NOT NULL,
    text TEXT NOT NULL,
    wanted INTEGER,
    replayed INTEGER
) STRICT;
CREATE INDEX failure_subscription ON failure (subscription, no);
CREATE INDEX failure_wanted ON failure (no) WHERE wanted IS NOT NULL AND replayed IS NULL;
CREATE TABLE secret (
    no INTEGER PRIMARY KEY AUTOINCREMENT,
    subscription INTEGER NOT NULL REFERENCES subscription,
    text TEXT NOT NULL,
    created INTEGER NOT NULL,
    until INTEGER
) STRICT;
CREATE INDEX secret_subscription ON secret (subscription);
)";

/// For the owner alone, before anything is in it: SQLite gives its log the rights of the file. Nobody but SQLite has a
/// descriptor of the file under its name: closing it would drop the locks that SQLite holds for this process, and the
/// next program that comes and goes would take the log away from under it.
std::string const& prepared(std::string const& folder) {
    if (io::make_directories(folder) && ::chmod(folder.c_str(), S_IRWXU) != 0)
        throw Error{Errc::io, io::reason_text("cannot keep to its owner", folder, errno)};
    auto const path = folder + "/" + file_name;
    if (io::file_exists(path)) return folder;
    auto name = folder + "/.partial-subscriptions-XXXXXX";
    int const file = ::mkostemp(name.data(), O_CLOEXEC);
    if (file < 0) throw Error{Errc::io, io::reason_text("cannot make a file in", folder, errno)};
    ::close(file);
    auto const reason = ::link(name.c_str(), path.c_str()) == 0 ? 0 : errno;
    ::unlink(name.c_str());
    if (reason != 0 && reason != EEXIST) throw Error{Errc::io, io::reason_text("cannot make", path, reason)};
    return folder;
}

} // namespace

std::string id_of(std::int64_t no) {
    std::array<char, 40> text{};
    auto const size = std::snprintf(text.data(), text.size(), "S-%06lld", static_cast<long long>(no));
    return {text.data(), static_cast<std::size_t>(size)};
}

LedgerFile::LedgerFile(std::string const& the_folder)
    : folder(the_folder), database(store::open_ledger(prepared(the_folder), file_name, {tables, form})) {}

/// data_version counts what other connections wrote, total_changes what this one did.
std::uint64_t LedgerFile::revision() {
    return (static_cast<std::uint64_t>(store::first_number(database, "PRAGMA data_version")) << 40U) +
           static_cast<std::uint64_t>(store::first_number(database, "SELECT total_changes()"));
}

int LedgerFile::changed_rows() {
    return static_cast<int>(store::first_number(database, "SELECT changes()"));
}

void LedgerFile::drop_message(std::int64_t no) {
    store::Statement{database, "UPDATE position SET message = '', until = 0, tries = 0, first_try = 0, "
                               "next_try = 0, trouble = '' WHERE subscription = ?"}
        .run(no);
}

std::vector<Failure> LedgerFile::failures(char const* tail, std::int64_t number, std::int64_t limit) {
    auto const sql =
        std::string{"SELECT no, subscription, message, behind, until, first_try, last_try, tries, status, "
                    "text, wanted, replayed FROM failure "} +
        tail;
    store::Statement statement{database, sql.c_str()};
    store::Rows rows{statement, number, limit};
    std::vector<Failure> found;
    while (rows.next()) {
        Failure one;
        one.no = rows.integer(0);
        one.subscription = id_of(rows.integer(1));
        one.message = rows.string(2);
        one.behind = static_cast<std::uint64_t>(rows.integer(3));
        one.until = static_cast<std::uint64_t>(rows.integer(4));
        one.first_try = rows.integer(5);
        one.last_try = rows.integer(6);
        one.tries = static_cast<unsigned>(rows.integer(7));
        one.status = static_cast<int>(rows.integer(8));
        one.text = rows.string(9);
        one.wanted = rows.optional_integer(10);
        one.replayed = rows.optional_integer(11);
        found.push_back(std::move(one));
    }
    return found;
}

} // namespace gateway::subscribe
