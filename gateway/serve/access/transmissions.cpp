#include "gateway/serve/access/transmissions.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <optional>

#include "gateway/core/error.hpp"
#include "gateway/io/file.hpp"
#include "gateway/io/sha256.hpp"
#include "gateway/serve/access/keys.hpp"
#include "gateway/serve/json.hpp"
#include "gateway/serve/json_member.hpp"

namespace gateway::serve::access {
namespace {

constexpr std::string_view prefix = "transmissions-";
constexpr std::string_view suffix = ".log";
constexpr int years_kept = 5;

std::string no_hash() {
    return std::string(64, '0');
}

/// A record ends with its hash, which covers the hash of the one before and everything in front of it.
constexpr std::string_view hash_field = ",\"hash\":\"";

struct Line {
    std::uint64_t no = 0;
    std::string before, hash;
    std::string covered;
};

std::optional<Line> read_line(std::string const& text) {
    rapidjson::Document document;
    document.Parse(text.data(), text.size());
    if (document.HasParseError()) return std::nullopt;
    auto const before = text_member(document, "before");
    auto const hash = text_member(document, "hash");
    auto const* const no = member(document, "no");
    auto const at = text.rfind(hash_field);
    if (!before || !hash || no == nullptr || !no->IsUint64() || at == std::string::npos) return std::nullopt;
    return Line{no->GetUint64(), *before, *hash, text.substr(0, at)};
}

std::vector<std::string> lines_of(std::string const& text) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
        auto const end = std::min(text.find('\n', at), text.size());
        lines.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

void append_durably(std::string const& path, std::string const& text) {
    int const file = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    bool good = file >= 0;
    for (std::size_t at = 0; good && at < text.size();) {
        auto const wrote = write(file, text.data() + at, text.size() - at);
        good = wrote > 0 || (wrote < 0 && errno == EINTR);
        if (wrote > 0) at += static_cast<std::size_t>(wrote);
    }
    good = good && fsync(file) == 0;
    auto const reason = errno;
    if (file >= 0) close(file);
    if (!good) throw Error{Errc::io, io::reason_text("cannot record a transmission in", path, reason)};
}

} // namespace

Transmissions::Transmissions(std::string folder) : folder_(std::move(folder)) {}

std::vector<std::string> Transmissions::files() const {
    std::vector<std::string> names;
    std::error_code failure;
    for (std::filesystem::directory_iterator at{folder_, failure}, end; !failure && at != end;
         at.increment(failure)) {
        auto name = at->path().filename().string();
        if (name.starts_with(prefix) && name.ends_with(suffix)) names.push_back(std::move(name));
    }
    std::sort(names.begin(), names.end());
    return names;
}

Transmissions::Link Transmissions::anchor(std::string const& name) const {
    auto const path = folder_ + "/" + name;
    if (!io::file_exists(path)) return {0, no_hash()};
    auto const text = io::read_file(path);
    auto const blank = text.find(' ');
    Link link{0, no_hash()};
    if (blank == std::string::npos || text.find_first_not_of("0123456789") != blank || blank > 18)
        throw Error{Errc::malformed,
                    path + ": expected a number and a hash; it was changed by somebody else"};
    link.no = std::stoull(text.substr(0, blank));
    link.hash = text.substr(blank + 1, 64);
    return link;
}

Transmissions::Link Transmissions::last_link() const {
    auto const names = files();
    for (auto name = names.rbegin(); name != names.rend(); ++name) {
        auto const lines = lines_of(io::read_file(folder_ + "/" + *name));
        for (auto line = lines.rbegin(); line != lines.rend(); ++line)
            if (auto const found = read_line(*line)) return {found->no, found->hash};
    }
    return anchor("transmissions.begin");
}

void Transmissions::add(Transmission const& one) {
    std::lock_guard const own{guard_};
    io::make_directories(folder_);
    FolderLock const lock{folder_, "transmissions.lock"};
    auto const name = std::string{prefix} + utc_text(one.time).substr(0, 4) + std::string{suffix};
    auto const path = folder_ + "/" + name;
    bool const is_new = !io::file_exists(path);
    // Where nobody else wrote since, the end of the file is known.
    bool const known = !is_new && tail_.name == name && io::stamp_of(path).size == tail_.size;
    auto last = known ? tail_.link : last_link();
    // The head is written last: after a power cut it may know more than a file that lost its end.
    if (auto const head = anchor("transmissions.head"); head.no > last.no) last = head;
    std::string torn_end;
    if (!is_new && !known) {
        // What a power cut left of a line that was never acknowledged ends here.
        io::MappedFile const file{path};
        if (!file.view().empty() && file.view().back() != '\n') torn_end = "\n";
    }
    Json json;
    json.object()
        .field("no", last.no + 1)
        .field("before", last.hash)
        .field("time", utc_text(one.time))
        .field("key", one.caller.key_id)
        .field("scope", one.caller.scope ? to_string(*one.caller.scope) : "")
        .field("purpose", one.caller.purpose)
        .field("address", one.caller.address)
        .field("target", one.target)
        .field("request", one.request_id)
        .key("datasets")
        .array();
    for (auto const& dataset : one.datasets) json.text(dataset);
    json.end_array().end_object();
    auto covered = json.take();
    covered.pop_back(); // the brace comes behind the hash
    auto const hash = io::sha256_hex(last.hash + covered);
    append_durably(path, torn_end + covered + std::string{hash_field} + hash + "\"}\n");
    if (is_new) io::sync_directory(folder_);
    io::write_durable(folder_ + "/transmissions.head", std::to_string(last.no + 1) + " " + hash + "\n");
    tail_ = {name, io::stamp_of(path).size, {last.no + 1, hash}};
}

Transmissions::Verdict Transmissions::verify() const {
    Verdict verdict;
    auto last = anchor("transmissions.begin");
    for (auto const& name : files()) {
        auto const lines = lines_of(io::read_file(folder_ + "/" + name));
        for (std::size_t i = 0; i < lines.size(); ++i) {
            auto const place = name + ":" + std::to_string(i + 1) + ": ";
            auto const line = read_line(lines[i]);
            if (!line) {
                // Whether something is missing here, the number of the next record tells.
                verdict.notes.push_back(place + "no record: cut off before it was acknowledged, or changed");
                continue;
            }
            ++verdict.records;
            if (verdict.first == 0) verdict.first = line->no;
            verdict.last = line->no;
            if (line->no != last.no + 1)
                verdict.problems.push_back(place + "record " + std::to_string(line->no) + " follows " +
                                           std::to_string(last.no) + ": records are missing or out of order");
            else if (line->before != last.hash)
                verdict.problems.push_back(place + "record " + std::to_string(line->no) +
                                           " does not continue the one before it, which was changed");
            if (io::sha256_hex(line->before + line->covered) != line->hash)
                verdict.problems.push_back(place + "record " + std::to_string(line->no) + " was changed");
            last = {line->no, line->hash};
        }
    }
    if (auto const head = anchor("transmissions.head"); head.no > last.no)
        verdict.problems.push_back("transmissions.head: the last record was " + std::to_string(head.no) +
                                   ", the files end with " + std::to_string(last.no));
    else if (head.no == last.no && head.no > 0 && head.hash != last.hash)
        verdict.problems.push_back("transmissions.head: the last record is not the one that was written");
    return verdict;
}

std::vector<std::string> Transmissions::lines() const {
    std::vector<std::string> all;
    for (auto const& name : files())
        for (auto& line : lines_of(io::read_file(folder_ + "/" + name))) all.push_back(std::move(line));
    return all;
}

std::vector<std::string> Transmissions::prune(UnixTime now) {
    std::lock_guard const own{guard_};
    std::vector<std::string> removed;
    auto const names = files();
    if (names.empty()) return removed;
    FolderLock const lock{folder_, "transmissions.lock"};
    auto const first_kept = std::string{prefix} +
                            std::to_string(std::stoi(utc_text(now).substr(0, 4)) - years_kept) +
                            std::string{suffix};
    for (auto const& name : names) {
        if (name >= first_kept) break;
        auto const lines = lines_of(io::read_file(folder_ + "/" + name));
        for (auto line = lines.rbegin(); line != lines.rend(); ++line)
            if (auto const found = read_line(*line)) {
                io::write_durable(folder_ + "/transmissions.begin",
                                  std::to_string(found->no) + " " + found->hash + "\n");
                break;
            }
        std::filesystem::remove(folder_ + "/" + name);
        io::sync_directory(folder_);
        removed.push_back(name);
    }
    return removed;
}

} // namespace gateway::serve::access
