// Build tool: writes the bytes of an empty store as C++.
//
//   empty_store_writer SCHEMA.sql SCRATCH.sqlite OUT.cpp
//
// SQLite makes the file, so that it is what SQLite would have made at run time. Nearly all of it is zeros: only
// the rest is written.
#include <sqlite3.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

#include "gateway/store/page_sums.hpp"
#include "gateway/store/schema.hpp"

namespace gateway::store {
namespace {

std::string contents(std::string const& path) {
    std::ifstream file{path, std::ios::binary};
    if (!file) throw std::runtime_error{path + ": cannot be read"};
    return {std::istreambuf_iterator<char>{file}, {}};
}

void make(std::string const& path, std::string const& schema) {
    std::remove(path.c_str());
    sqlite3* database = nullptr;
    auto const sql =
        std::string{store_file_pragmas} + "BEGIN;" + schema + store_identity_pragmas() + "COMMIT;";
    int reserved = static_cast<int>(page_sum_bytes);
    bool const done =
        sqlite3_open_v2(path.c_str(), &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
                        page_sums_vfs()) == SQLITE_OK &&
        sqlite3_file_control(database, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserved) == SQLITE_OK &&
        sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK;
    std::string const why = done ? "" : sqlite3_errmsg(database);
    sqlite3_close(database);
    if (!done) throw std::runtime_error{path + ": " + why};
}

/// Runs of bytes without many zeros between them.
void write(std::string const& bytes, std::string const& path) {
    constexpr std::size_t longest_gap = 64;
    std::ofstream out{path, std::ios::binary};
    out << "#include \"gateway/store/empty_store.hpp\"\n\nnamespace gateway::store {\n\n"
        << "std::size_t const empty_store_bytes = " << bytes.size() << ";\n\n";
    std::string list;
    int count = 0;
    for (std::size_t at = 0; at < bytes.size();) {
        if (bytes[at] == '\0') {
            ++at;
            continue;
        }
        auto end = at + 1; // behind the last byte that counts
        for (auto next = end; next < bytes.size() && next - end < longest_gap; ++next)
            if (bytes[next] != '\0') end = next + 1;
        out << "static unsigned char const run_" << count << "[] = {";
        for (; at < end; ++at) {
            out << static_cast<unsigned>(static_cast<unsigned char>(bytes[at])) << ',';
        }
        out << "};\n";
        list += "    {" + std::to_string(end) + " - sizeof run_" + std::to_string(count) + ", {run_" +
                std::to_string(count) + "}},\n";
        ++count;
    }
    out << "\nstatic EmptyStoreRun const runs[] = {\n"
        << list
        << "};\nstd::span<EmptyStoreRun const> const empty_store_runs{runs};\n\n} // namespace "
           "gateway::store\n";
    out.flush();
    if (!out) throw std::runtime_error{path + ": cannot be written"};
}

} // namespace
} // namespace gateway::store

int main(int argc, char** argv) {
    try {
        if (argc != 4)
            throw std::runtime_error{"usage: empty_store_writer SCHEMA.sql SCRATCH.sqlite OUT.cpp"};
        gateway::store::make(argv[2], gateway::store::contents(argv[1]));
        gateway::store::write(gateway::store::contents(argv[2]), argv[3]);
    } catch (std::exception const& error) {
        std::fprintf(stderr, "empty_store_writer: %s\n", error.what());
        return 1;
    }
    return 0;
}
