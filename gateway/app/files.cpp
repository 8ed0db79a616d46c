#include "gateway/app/files.hpp"

#include <rapidjson/document.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <utility>

#include "gateway/core/error.hpp"
#include "gateway/io/file.hpp"

namespace gateway::app {
namespace {

namespace fs = std::filesystem;

bool is_table(fs::path const& path) {
    auto ending = path.extension().string();
    std::transform(ending.begin(), ending.end(), ending.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return ending == ".csv" || ending == ".zip" || ending == ".xlsx" || ending == ".px" || ending == ".tsv";
}

bool is_exchange(fs::path const& path) {
    std::error_code none;
    return fs::exists(path / "request.json", none);
}

/// "2024-06-29T22:20:21Z" of a recorded exchange; behind every time for a file, which is imported now.
std::string time_of(std::string const& path) {
    auto const response = path + "/response.json";
    std::error_code none;
    if (!fs::exists(response, none)) return "~";
    rapidjson::Document json;
    auto const text = io::read_file(response);
    json.Parse<rapidjson::kParseIterativeFlag>(text.data(), text.size());
    if (json.HasParseError() || !json.IsObject()) return "~";
    auto const recorded = json.FindMember("recorded");
    return recorded != json.MemberEnd() && recorded->value.IsString() ? recorded->value.GetString() : "~";
}

void collect(fs::path const& folder, NamedFiles& found) {
    std::error_code failure;
    std::vector<fs::path> entries;
    for (fs::directory_iterator at{folder, failure}, end; !failure && at != end; at.increment(failure))
        entries.push_back(at->path());
    if (failure) throw Error{Errc::io, "cannot list " + folder.string() + ": " + failure.message()};
    std::sort(entries.begin(), entries.end());
    for (auto const& entry : entries) {
        if (fs::is_directory(entry, failure)) {
            if (is_exchange(entry))
                found.files.push_back(entry.string());
            else
                collect(entry, found);
        } else if (is_table(entry)) {
            found.files.push_back(entry.string());
        } else {
            found.left_alone.push_back(entry.string());
        }
    }
}

} // namespace

NamedFiles files_named(std::vector<std::string> const& names) {
    NamedFiles found;
    for (auto const& name : names) {
        std::error_code failure;
        if (!fs::is_directory(name, failure) || is_exchange(name)) {
            found.files.push_back(name);
            continue;
        }
        auto const before = found.files.size();
        collect(name, found);
        // Recorded exchanges know when they happened: the older first, so that each may revise the one before.
        std::vector<std::pair<std::string, std::string>> timed;
        for (auto i = before; i < found.files.size(); ++i)
            timed.emplace_back(time_of(found.files[i]), found.files[i]);
        std::sort(timed.begin(), timed.end());
        for (std::size_t i = 0; i < timed.size(); ++i) found.files[before + i] = std::move(timed[i].second);
        if (found.files.size() == before)
            throw Error{Errc::not_found, name + ": no .csv, no .zip and no recorded exchange in this folder"};
    }
    return found;
}

} // namespace gateway::app
