// The imported files of a store: territory/SHA-256 and territory/manifest.tsv.
#include <algorithm>
#include <charconv>
#include <set>

#include "gateway/harmonize/territory/crosswalk_file.hpp"
#include "gateway/harmonize/territory/import.hpp"
#include "gateway/io/file.hpp"
#include "gateway/io/sha256.hpp"

namespace gateway::harmonize::territory {
namespace {

constexpr char const* heading = "# sha256\tkind\tlevel\tname\tfrom\tto\twhen\tbytes\trows\tlicence\n";
constexpr std::size_t columns = 10;

std::string clean(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c == '\t' || c == '\n' || c == '\r'; }, ' ');
    return text;
}

std::uint64_t number(std::string_view text) {
    std::uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

std::string line_of(ImportEntry const& entry) {
    return entry.sha256 + "\t" + entry.kind + "\t" + entry.level + "\t" + clean(entry.name) + "\t" +
           entry.from + "\t" + entry.to + "\t" + entry.when + "\t" + std::to_string(entry.bytes) + "\t" +
           std::to_string(entry.rows) + "\t" + clean(entry.licence) + "\n";
}

} // namespace

ImportStore::ImportStore(std::string const& directory) : directory_(directory + "/territory") {}

std::string ImportStore::path_of(std::string const& sha256) const {
    return directory_ + "/" + sha256;
}

std::vector<ImportEntry> ImportStore::entries() const {
    auto const path = directory_ + "/manifest.tsv";
    std::vector<ImportEntry> result;
    if (!io::file_exists(path)) return result;
    auto const text = io::read_file(path);
    std::size_t line_number = 0;
    for (std::size_t at = 0; at < text.size();) {
        auto const end = std::min(text.find('\n', at), text.size());
        auto line = std::string_view{text}.substr(at, end - at);
        at = end + 1;
        ++line_number;
        if (line.empty() || line.front() == '#') continue;
        std::vector<std::string> fields;
        for (;;) {
            auto const stop = std::min(line.find('\t'), line.size());
            fields.emplace_back(line.substr(0, stop));
            if (stop == line.size()) break;
            line.remove_prefix(stop + 1);
        }
        if (fields.size() != columns || !io::is_sha256(fields[0])) {
            throw Error(Errc::corrupt_store, path + ":" + std::to_string(line_number) +
                                                 ": found a damaged line; next step: "
                                                 "restore the file, or remove the folder and import again");
        }
        result.push_back({fields[0], fields[1], fields[2], fields[3], fields[4], fields[5], fields[6],
                          fields[9], number(fields[7]), number(fields[8])});
    }
    return result;
}

bool ImportStore::keep(ImportReport const& report, std::string_view bytes, std::string const& when) {
    auto known = entries();
    for (auto const& entry : known)
        if (entry.sha256 == report.sha256 && entry.name == report.name) return false;
    io::make_directories(directory_);
    io::write_durable(path_of(report.sha256), bytes);
    known.push_back({report.sha256, std::string{to_string(report.kind)}, report.level, report.name,
                     report.from, report.to, when, report.licence, report.bytes, report.rows});
    std::string text = heading;
    for (auto const& entry : known) text += line_of(entry);
    // Only the manifest makes a file count: one without a line is a leftover of a kill.
    io::write_durable(directory_ + "/manifest.tsv", text);
    return true;
}

std::string ImportStore::read(ImportEntry const& entry) const {
    auto bytes = io::read_file(path_of(entry.sha256));
    if (io::sha256_hex(bytes) != entry.sha256) {
        throw Error(Errc::checksum,
                    path_of(entry.sha256) + " (" + entry.name +
                        "): its bytes do not have the SHA-256 of its name; next step: import the file again");
    }
    return bytes;
}

std::vector<Crosswalk> ImportStore::crosswalks(std::string_view level) const {
    std::vector<Crosswalk> result;
    for (auto const& entry : entries()) {
        if (entry.kind != to_string(ImportKind::crosswalk) || entry.level != level) continue;
        auto const bytes = read(entry);
        CrosswalkText const text{entry.name, bytes};
        std::vector<Issue> rejected; // told when it was imported
        result.push_back(read_crosswalk({&text, 1}, false, &rejected));
    }
    return result;
}

std::vector<RegisterExtract> ImportStore::registers() const {
    std::vector<RegisterExtract> result;
    std::vector<Issue> rejected; // told when they were imported
    for (auto const& entry : entries()) {
        if (entry.kind == to_string(ImportKind::gv100)) {
            result.push_back(read_gv100(read(entry), entry.name).extract);
        } else if (entry.kind == to_string(ImportKind::extract)) {
            auto extracts = read_register_csv(read(entry), entry.name, &rejected);
            std::move(extracts.begin(), extracts.end(), std::back_inserter(result));
        }
    }
    return result;
}

std::vector<ChangeRow> ImportStore::changes() const {
    std::vector<ChangeRow> result;
    std::set<std::string> seen;
    std::vector<Issue> rejected;
    for (auto const& entry : entries()) {
        if (entry.kind != to_string(ImportKind::changes)) continue;
        for (auto& row : read_change_list(read(entry), entry.name, &rejected)) {
            if (row.new_key.size() != 8) continue;
            if (seen.insert(row.id + "|" + row.old_key + "|" + row.new_key + "|" + row.type + "|" +
                            row.old_name)
                    .second)
                result.push_back(std::move(row));
        }
    }
    return result;
}

} // namespace gateway::harmonize::territory
