#include <rapidjson/document.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <utility>

#include "gateway/core/error.hpp"
#include "gateway/harmonize/mapping.hpp"
#include "gateway/harmonize/mapping_load.hpp"
#include "gateway/io/file.hpp"

namespace gateway::harmonize {
namespace {

/// Table codes come from outside: a name never leaves the folder of the mappings.
bool is_plain(std::string_view name) {
    if (name.empty() || name.front() == '/' || name.find("..") != std::string_view::npos) return false;
    return std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '_' || c == '.' || c == '/';
    });
}

bool needs_escape(char c) noexcept {
    return static_cast<unsigned char>(c) < 0x20U || c == '"' || c == '\\';
}

/// Place of the first character from `at` on that is a control, a quote or a backslash; the end where there is none.
std::size_t next_escape(std::string_view text, std::size_t at) noexcept {
    static_assert(std::endian::native == std::endian::little);
    constexpr std::uint64_t ones = 0x0101'0101'0101'0101U;
    constexpr std::uint64_t tops = 0x8080'8080'8080'8080U;
    // The lowest byte that is found is right; those above it may be borrowed from.
    auto const below = [](std::uint64_t bytes, std::uint64_t limit) {
        return (bytes - ones * limit) & ~bytes;
    };
    for (; at + sizeof(std::uint64_t) <= text.size(); at += sizeof(std::uint64_t)) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data() + at, sizeof word);
        auto const found =
            (below(word, ' ') | below(word ^ (ones * '"'), 1) | below(word ^ (ones * '\\'), 1)) & tops;
        if (found != 0) return at + static_cast<std::size_t>(std::countr_zero(found)) / 8;
    }
    while (at < text.size() && !needs_escape(text[at])) ++at;
    return at;
}

/// As a JSON text. Every load writes some 45 kB of them, so what needs no escape is taken along in one go.
void append_quoted(std::string& json, std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    constexpr std::string_view named = "btn?fr"; // of 8 to 13; 11 has no name
    json += '"';
    std::size_t done = 0;
    for (auto at = next_escape(text, 0); at < text.size(); at = next_escape(text, done)) {
        json.append(text, done, at - done);
        done = at + 1;
        auto const byte = static_cast<unsigned char>(text[at]);
        json += '\\';
        if (byte >= 0x20U) {
            json += text[at];
        } else if (byte >= 8 && byte <= 13 && byte != 11) {
            json += named[byte - 8U];
        } else {
            json += "u00";
            json += digits[byte >> 4U];
            json += digits[byte & 15U];
        }
    }
    json.append(text, done);
    json += '"';
}

std::optional<std::string> read_text(std::string const& path) {
    try {
        return io::read_file(path);
    } catch (Error const& error) {
        if (error.code() == Errc::not_found) return std::nullopt;
        throw Error(Errc::io, std::string{error.what()} +
                                  "; found a file that cannot be read, expected a mapping file; next step: "
                                  "check its permissions");
    }
}

} // namespace

struct MappingFiles::Source {
    std::string directory; ///< empty: `texts` is all there is
    std::map<std::string, std::shared_ptr<std::string const>> texts;
    mutable TextMemory files;
    mutable TreeMemory trees;
};

std::shared_ptr<std::string const> TextMemory::get(std::string const& path) {
    auto const stamp = io::find_stamp(path);
    if (!stamp) {
        if (errno == ENOENT) return nullptr;
        // Whatever else keeps it from being read is said by who reads it.
        auto text = read_text(path);
        return text ? std::make_shared<std::string const>(std::move(*text)) : nullptr;
    }
    {
        std::scoped_lock const lock{lock_};
        auto const known = known_.find(path);
        if (known != known_.end() && known->second.stamp == *stamp) return known->second.text;
    }
    auto const before = std::chrono::system_clock::now().time_since_epoch();
    auto read = read_text(path);
    if (!read) return nullptr;
    auto text = std::make_shared<std::string const>(std::move(*read));
    std::chrono::nanoseconds const changed{stamp->changed_ns};
    if (changed > before - settled_after) return text;
    std::scoped_lock const lock{lock_};
    known_[path] = {*stamp, text};
    return text;
}

TreeMemory& MappingFiles::trees() const noexcept {
    return source_->trees;
}

MappingFiles MappingFiles::from_directory(std::string const& path) {
    MappingFiles files{std::map<std::string, std::string>{}};
    auto source = std::make_shared<Source>();
    source->directory = path.empty() ? "." : path;
    files.source_ = std::move(source);
    return files;
}

MappingFiles MappingFiles::from_bundle(std::string_view json) {
    rapidjson::Document document;
    document.Parse<rapidjson::kParseIterativeFlag>(json.data(), json.size());
    auto const refuse = [](std::string const& found) -> void {
        throw Error(Errc::malformed,
                    "mapping bundle: found " + found +
                        ", expected {\"files\":{name:text}}; next step: restore the bundle from "
                        "the store's backup");
    };
    if (document.HasParseError()) refuse("no JSON at byte " + std::to_string(document.GetErrorOffset()));
    if (!document.IsObject() || !document.HasMember("files") || !document["files"].IsObject()) {
        refuse("no object 'files'");
    }
    std::map<std::string, std::string> texts;
    for (auto const& entry : std::as_const(document)["files"].GetObject()) {
        std::string name{entry.name.GetString(), entry.name.GetStringLength()};
        if (!entry.value.IsString()) refuse("no text for '" + name + "'");
        texts.emplace(std::move(name), std::string{entry.value.GetString(), entry.value.GetStringLength()});
    }
    return MappingFiles{std::move(texts)};
}

MappingFiles::MappingFiles(std::map<std::string, std::string> texts) {
    auto source = std::make_shared<Source>();
    for (auto& entry : texts)
        source->texts.emplace(entry.first, std::make_shared<std::string const>(std::move(entry.second)));
    source_ = std::move(source);
}

std::shared_ptr<std::string const> MappingFiles::shared_text(std::string const& name) const {
    if (!source_->directory.empty())
        return is_plain(name) ? source_->files.get(source_->directory + "/" + name) : nullptr;
    auto const found = source_->texts.find(name);
    return found == source_->texts.end() ? nullptr : found->second;
}

std::optional<std::string> MappingFiles::text(std::string const& name) const {
    auto const text = shared_text(name);
    return text ? std::optional{*text} : std::nullopt;
}

std::vector<std::string> MappingFiles::names(std::string const& folder) const {
    std::vector<std::string> names;
    if (!source_->directory.empty()) {
        std::error_code failed;
        for (auto const& entry :
             std::filesystem::directory_iterator{source_->directory + "/" + folder, failed}) {
            if (entry.is_directory(failed)) continue;
            auto name = entry.path().filename().string();
            if (name.front() != '.') names.push_back(folder + "/" + std::move(name));
        }
        std::sort(names.begin(), names.end());
        return names;
    }
    auto const prefix = folder + "/";
    for (auto const& [name, text] : source_->texts) {
        if (name.starts_with(prefix) && name.find('/', prefix.size()) == std::string::npos)
            names.push_back(name);
    }
    return names;
}

bool MappingFiles::agrees_with(MappingFiles const& bundle) const {
    auto const& texts = bundle.source_->texts;
    return std::all_of(texts.begin(), texts.end(), [this](auto const& entry) {
        auto const own = shared_text(entry.first);
        return own && *own == *entry.second;
    });
}

std::shared_ptr<std::string const> MappingFiles::schema(std::string const& kind) const {
    if (source_->directory.empty()) return nullptr;
    auto const path = source_->directory + "/../schemas/mapping/" + kind + ".schema.json";
    if (auto text = source_->files.get(path)) return text;
    throw Error(Errc::not_found, path +
                                     ": found no such file, expected the schema of the mapping files; next "
                                     "step: install schemas/ beside mappings/");
}

std::shared_ptr<std::string const> MappingFiles::checked() const {
    if (source_->directory.empty()) return nullptr;
    return source_->files.get(source_->directory + "/../schemas/mapping/checked.txt");
}

std::string write_bundle(std::map<std::string_view, std::string_view> const& texts) {
    std::string json{"{\"files\":{"};
    std::size_t size = 64;
    for (auto const& [name, text] : texts) size += name.size() + text.size() + text.size() / 8 + 8;
    json.reserve(size);
    for (auto const& [name, text] : texts) {
        if (json.back() != '{') json += ',';
        append_quoted(json, name);
        json += ':';
        append_quoted(json, text);
    }
    json += "}}";
    return json;
}

} // namespace gateway::harmonize
