// SQL: owners for SQLite's connection and statements.
//
// A Statement is prepared when it is first used, because opening a store must cost next to nothing. Rows binds
// the arguments, steps and gives the statement back; a statement in use (a read inside a read) is prepared a
// second time.
//
// Source   https://www.sqlite.org/rescode.html
// Errors   every return code becomes Error at the call that got it: conflict (busy), io (disk full, refused),
//          corrupt_store (SQLite found damage). Messages name the file and the next step.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace gateway::store {

/// A packed row; bound as BLOB where a string_view is bound as TEXT.
struct Blob {
    std::string_view bytes;
};

class Database {
  public:
    enum class Mode : std::uint8_t { read_only, read_write, create };
    Database(std::string path, Mode mode);

    /// Runs statements without results.
    void execute(char const* sql);
    /// In an empty file: leaves room for page_sums.hpp at the end of every page.
    void reserve_page_sums();
    /// Makes the file itself, without its log, durable.
    void sync();
    [[nodiscard]] sqlite3* handle() const noexcept { return connection_.get(); }
    [[nodiscard]] std::string const& path() const noexcept { return path_; }
    [[nodiscard]] bool in_transaction() const noexcept;
    /// Throws the Error for the last failure.
    [[noreturn]] void fail(int code) const;

  private:
    struct Close {
        void operator()(sqlite3* connection) const noexcept;
    };
    void open(std::string const& name, int flags);
    std::string path_;
    std::unique_ptr<sqlite3, Close> connection_;
};

struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept;
};
using StatementHandle = std::unique_ptr<sqlite3_stmt, Finalize>;

class Statement {
  public:
    Statement(Database& database, char const* sql) noexcept : database_(database), sql_(sql) {}
    /// So that the first use need not do it.
    void prepare();
    /// Binds, runs to the end, gives back.
    template <typename... Arguments>
    void run(Arguments const&... arguments);
    /// The first column of the first row, a number; nothing where it is NULL or there is no row.
    template <typename... Arguments>
    std::optional<std::int64_t> number(Arguments const&... arguments);
    /// As run() with the arguments of several rows: `arguments_of(row, bind)` calls bind(value) for each.
    template <typename Range, typename ArgumentsOf>
    void run_all(Range const& rows, ArgumentsOf const& arguments_of);

  private:
    friend class Rows;
    Database& database_;
    char const* sql_;
    StatementHandle prepared_;
    bool in_use_ = false;
};

class Rows {
  public:
    template <typename... Arguments>
    explicit Rows(Statement& statement, Arguments const&... arguments) : Rows(statement, nullptr) {
        copies_ = true;
        int index = 0;
        (bind(++index, arguments), ...);
    }
    Rows(Rows const&) = delete;
    Rows& operator=(Rows const&) = delete;
    ~Rows();

    bool next();
    // Columns of the current row, from 0. Views live until next().
    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] std::optional<std::int64_t> optional_integer(int column) const;
    [[nodiscard]] std::string_view text(int column) const;
    [[nodiscard]] std::string string(int column) const { return std::string{text(column)}; }
    [[nodiscard]] std::string_view blob(int column) const;

  private:
    friend class Statement;
    Rows(Statement& statement, std::nullptr_t);
    void bind(int index, std::int64_t value);
    void bind(int index, std::string_view text);
    void bind(int index, Blob blob);
    void bind(int index, std::optional<std::int64_t> value);
    void bind(int index, std::string const& text) { bind(index, std::string_view{text}); }
    void bind(int index, std::uint32_t value) { bind(index, std::int64_t{value}); }
    void bind(int index, std::uint16_t value) { bind(index, std::int64_t{value}); }
    void bind(int index, int value) { bind(index, std::int64_t{value}); }
    void bind(int index, std::uint64_t value) { bind(index, static_cast<std::int64_t>(value)); }
    void check(int code) const;

    Statement& statement_;
    StatementHandle own_;
    sqlite3_stmt* handle_;
    bool copies_ = false; ///< bound text may be gone before next()
};

template <typename... Arguments>
void Statement::run(Arguments const&... arguments) {
    Rows rows(*this, nullptr);
    int index = 0;
    (rows.bind(++index, arguments), ...);
    while (rows.next()) {
    }
}

template <typename... Arguments>
std::optional<std::int64_t> Statement::number(Arguments const&... arguments) {
    Rows rows(*this, arguments...);
    return rows.next() ? rows.optional_integer(0) : std::nullopt;
}

template <typename Range, typename ArgumentsOf>
void Statement::run_all(Range const& rows, ArgumentsOf const& arguments_of) {
    Rows result(*this, nullptr);
    int index = 0;
    for (auto const& row : rows) arguments_of(row, [&](auto const& value) { result.bind(++index, value); });
    while (result.next()) {
    }
}

/// Rows that one INSERT takes: a statement costs as much again as the row that it inserts.
inline constexpr std::size_t rows_per_insert = 16;
/// "INSERT INTO x VALUES (?, ?), (?, ?)" with rows_per_insert rows of `columns`.
std::string insert_many(std::string_view head, unsigned columns);

} // namespace gateway::store
