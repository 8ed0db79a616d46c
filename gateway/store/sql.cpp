#include "gateway/store/sql.hpp"

#include <sqlite3.h>
#include <unistd.h>

#include "gateway/core/error.hpp"
#include "gateway/store/page_sums.hpp"

namespace gateway::store {
namespace {

constexpr int busy_timeout_ms = 1000;

/// Counting every allocation costs a lock each, and nobody reads the counts. Refused, and not needed, where
/// SQLite is already at work in this process.
void switch_off_statistics() {
    static int const code = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    static_cast<void>(code);
}

/// file: address of a path, for a file system that cannot be written to.
std::string immutable_uri(std::string const& path) {
    std::string uri = "file:";
    for (char const c : path) {
        if (c == '%' || c == '?' || c == '#') {
            constexpr std::string_view digits = "0123456789ABCDEF";
            auto const byte = static_cast<unsigned char>(c);
            uri += '%';
            uri += digits[byte >> 4U];
            uri += digits[byte & 15U];
        } else {
            uri += c;
        }
    }
    return uri + "?immutable=1";
}

} // namespace

void Database::Close::operator()(sqlite3* connection) const noexcept {
    sqlite3_close_v2(connection);
}
void Finalize::operator()(sqlite3_stmt* statement) const noexcept {
    sqlite3_finalize(statement);
}

Database::Database(std::string path, Mode mode) : path_(std::move(path)) {
    if (mode != Mode::read_only) {
        open(path_, SQLITE_OPEN_READWRITE | (mode == Mode::create ? SQLITE_OPEN_CREATE : 0));
        return;
    }
    open(path_, SQLITE_OPEN_READONLY);
    // In WAL mode even a reader needs the -shm file. Where it can neither be found nor made, nobody can be
    // writing, unless a -wal file is left over: then the newest commits would be missing, so we do not look.
    int const code = sqlite3_exec(handle(), "PRAGMA schema_version", nullptr, nullptr, nullptr);
    if (code == SQLITE_OK) return;
    bool const no_shm = (code & 0xFF) == SQLITE_CANTOPEN || (code & 0xFF) == SQLITE_READONLY;
    if (!no_shm || access((path_ + "-wal").c_str(), F_OK) == 0) fail(code);
    open(immutable_uri(path_), SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
}

void Database::open(std::string const& name, int flags) {
    switch_off_statistics();
    sqlite3* connection = nullptr;
    int const code = sqlite3_open_v2(name.c_str(), &connection,
                                     flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, page_sums_vfs());
    connection_.reset(connection);
    if (code != SQLITE_OK) fail(code);
    sqlite3_busy_timeout(connection, busy_timeout_ms);
}

void Database::execute(char const* sql) {
    if (int const code = sqlite3_exec(handle(), sql, nullptr, nullptr, nullptr); code != SQLITE_OK)
        fail(code);
}

void Database::reserve_page_sums() {
    int bytes = static_cast<int>(page_sum_bytes);
    int const code = sqlite3_file_control(handle(), "main", SQLITE_FCNTL_RESERVE_BYTES, &bytes);
    if (code != SQLITE_OK) fail(code);
}

void Database::sync() {
    // Through SQLite's own descriptor: closing a second one would drop the locks on the file.
    sqlite3_file* file = nullptr;
    int code = sqlite3_file_control(handle(), "main", SQLITE_FCNTL_FILE_POINTER, static_cast<void*>(&file));
    if (code == SQLITE_OK && file != nullptr) code = file->pMethods->xSync(file, SQLITE_SYNC_NORMAL);
    if (code != SQLITE_OK) fail(code);
}

bool Database::in_transaction() const noexcept {
    return sqlite3_get_autocommit(handle()) == 0;
}

void Database::fail(int code) const {
    std::string const detail = handle() != nullptr ? sqlite3_errmsg(handle()) : sqlite3_errstr(code);
    std::string const place = path_ + ": ";
    switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        throw Error{Errc::conflict, place + "another process is writing to the store (" + detail +
                                        "); wait until it has finished and run the command again"};
    case SQLITE_FULL:
        throw Error{Errc::io, place + "no room left for the store (" + detail +
                                  "); nothing of this load was kept: free space and run the command again"};
    case SQLITE_READONLY:
    case SQLITE_PERM:
        throw Error{Errc::io, place + "the store cannot be written to (" + detail +
                                  "); check owner, permissions and mount options of its directory"};
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR:
        if (code == SQLITE_IOERR_DATA)
            throw Error{Errc::corrupt_store,
                        place + "a page of the file does not agree with its checksum; kreislauf verify names "
                                "it, kreislauf verify --repair mends it"};
        throw Error{Errc::io, place + "the machine refused (" + detail + ", code " + std::to_string(code) +
                                  "); check disk, permissions and free space, then run the command again"};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        throw Error{Errc::corrupt_store, place + "the file is damaged (" + detail +
                                             "); restore a backup or load again from the archive"};
    case SQLITE_TOOBIG: throw Error{Errc::too_large, place + detail};
    default: break;
    }
    throw Error{Errc::corrupt_store, place + detail + " (code " + std::to_string(code) + ")"};
}

std::string insert_many(std::string_view head, unsigned columns) {
    std::string sql{head};
    for (std::size_t row = 0; row < rows_per_insert; ++row) {
        sql += row == 0 ? " VALUES (?" : ", (?";
        for (unsigned column = 1; column < columns; ++column) sql += ", ?";
        sql += ')';
    }
    return sql;
}

void Statement::prepare() {
    Rows const prepared(*this, nullptr);
}

Rows::Rows(Statement& statement, std::nullptr_t) : statement_(statement), handle_(nullptr) {
    auto& target = statement.in_use_ ? own_ : statement.prepared_;
    if (!target) {
        sqlite3_stmt* prepared = nullptr;
        check(sqlite3_prepare_v3(statement.database_.handle(), statement.sql_, -1,
                                 statement.in_use_ ? 0 : SQLITE_PREPARE_PERSISTENT, &prepared, nullptr));
        target.reset(prepared);
    }
    handle_ = target.get();
    if (!own_) statement.in_use_ = true;
}

Rows::~Rows() {
    if (own_) return;
    sqlite3_reset(handle_);
    sqlite3_clear_bindings(handle_);
    statement_.in_use_ = false;
}

bool Rows::next() {
    int const code = sqlite3_step(handle_);
    if (code == SQLITE_ROW) return true;
    if (code != SQLITE_DONE) statement_.database_.fail(code);
    return false;
}

void Rows::check(int code) const {
    if (code != SQLITE_OK) statement_.database_.fail(code);
}

std::int64_t Rows::integer(int column) const {
    return sqlite3_column_int64(handle_, column);
}

std::optional<std::int64_t> Rows::optional_integer(int column) const {
    if (sqlite3_column_type(handle_, column) == SQLITE_NULL) return std::nullopt;
    return integer(column);
}

std::string_view Rows::text(int column) const {
    auto const* bytes = sqlite3_column_text(handle_, column);
    if (bytes == nullptr) return {};
    return {reinterpret_cast<char const*>(bytes),
            static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

std::string_view Rows::blob(int column) const {
    auto const* bytes = sqlite3_column_blob(handle_, column);
    if (bytes == nullptr) return {};
    return {static_cast<char const*>(bytes), static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

void Rows::bind(int index, std::int64_t value) {
    check(sqlite3_bind_int64(handle_, index, value));
}

void Rows::bind(int index, std::optional<std::int64_t> value) {
    if (value)
        bind(index, *value);
    else
        check(sqlite3_bind_null(handle_, index));
}

// Rows copy text: an argument is often a temporary, gone before next(). Statement::run keeps it alive.
void Rows::bind(int index, std::string_view text) {
    // SQLITE_TRANSIENT as SQLite defines it, without its C cast.
    auto const transient =
        reinterpret_cast<sqlite3_destructor_type>(std::intptr_t{-1}); // NOLINT(performance-no-int-to-ptr)
    check(sqlite3_bind_text64(handle_, index, text.data() == nullptr ? "" : text.data(), text.size(),
                              copies_ ? transient : nullptr, SQLITE_UTF8));
}

// Packed rows are not copied: Statement::run keeps them alive.
void Rows::bind(int index, Blob blob) {
    check(sqlite3_bind_blob64(handle_, index, blob.bytes.data(), blob.bytes.size(), nullptr));
}

} // namespace gateway::store
