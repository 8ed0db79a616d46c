#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
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
    std::map<std::string, std::string> texts;
    mutable TreeMemory trees;
};

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
    source->texts = std::move(texts);
    source_ = std::move(source);
}

std::optional<std::string> MappingFiles::text(std::string const& name) const {
    if (!source_->directory.empty()) {
        return is_plain(name) ? read_text(source_->directory + "/" + name) : std::nullopt;
    }
    auto const found = source_->texts.find(name);
    return found == source_->texts.end() ? std::nullopt : std::optional{found->second};
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
    return std::all_of(texts.begin(), texts.end(),
                       [this](auto const& entry) { return text(entry.first) == entry.second; });
}

std::optional<std::string> MappingFiles::schema(std::string const& kind) const {
    if (source_->directory.empty()) return std::nullopt;
    auto const path = source_->directory + "/../schemas/mapping/" + kind + ".schema.json";
    auto text = read_text(path);
    if (text) return text;
    throw Error(Errc::not_found, path +
                                     ": found no such file, expected the schema of the mapping files; next "
                                     "step: install schemas/ beside mappings/");
}

std::optional<std::string> MappingFiles::checked() const {
    if (source_->directory.empty()) return std::nullopt;
    return read_text(source_->directory + "/../schemas/mapping/checked.txt");
}

std::string write_bundle(std::map<std::string, std::string> const& texts) {
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> writer{buffer};
    auto const string = [](std::string const& text) {
        return std::pair{text.data(), static_cast<rapidjson::SizeType>(text.size())};
    };
    writer.StartObject();
    writer.Key("files");
    writer.StartObject();
    for (auto const& [name, text] : texts) {
        auto const key = string(name);
        auto const value = string(text);
        writer.Key(key.first, key.second);
        writer.String(value.first, value.second);
    }
    writer.EndObject();
    writer.EndObject();
    return {buffer.GetString(), buffer.GetSize()};
}

} // namespace gateway::harmonize
