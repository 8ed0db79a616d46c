#include "gateway/intake/agreement.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <string_view>

#include "gateway/core/error.hpp"
#include "gateway/harmonize/mapping_tree.hpp"
#include "gateway/harmonize/schema_check.hpp"
#include "gateway/intake/embargo_zone.hpp"
#include "gateway/io/file.hpp"

namespace gateway::intake {
namespace {

namespace fs = std::filesystem;
using harmonize::Section;

constexpr std::string_view extension = ".toml";
constexpr std::string_view shipped_folder = "mappings/agreements";
constexpr char const* schema_file = "schemas/agreement/agreement.schema.json";
constexpr std::uint64_t megabyte = 1'000'000;

bool boolean(Section const& section, std::string_view key, bool otherwise) {
    auto const* const node = section.tree == nullptr ? nullptr : section.tree->find(key);
    return node == nullptr ? otherwise : node->integer != 0;
}

harmonize::FilePlace place_of(Section const& section, std::string_view key) {
    auto const* const node = section.tree == nullptr ? nullptr : section.tree->find(key);
    return node == nullptr ? harmonize::FilePlace{1, 1} : node->mark;
}

/// What the schema cannot say: keys that exclude each other, names that must be known.
void check_sense(Agreement const& agreement, Section const& root) {
    auto const& file = *root.file;
    auto const policy = root.table("policy");
    if (agreement.four_eyes && agreement.releases_itself)
        harmonize::fault(file, place_of(policy, "releases_itself"), "releases_itself beside four_eyes",
                         "one of the two", "a second pair of eyes cannot look at what releases itself");
    if (!TimeZone::is_known(agreement.time_zone))
        harmonize::fault(file, place_of(policy, "time_zone"), "'" + agreement.time_zone + "'",
                         "a time zone of this machine such as Europe/Berlin",
                         "correct the name, or install the package tzdata");
    for (auto const& area : agreement.areas)
        if (agreement.office != "DG" && area.substr(0, 2) != agreement.office)
            harmonize::fault(file, place_of(root, "areas"), "'" + area + "'",
                             "areas of the office's own Land, " + agreement.office,
                             "an office delivers for its own Land; the federation is \"DG\"");
    auto const all = std::find(agreement.counties.begin(), agreement.counties.end(), "all");
    if (all != agreement.counties.end() && agreement.counties.size() > 1)
        harmonize::fault(file, place_of(root.table("expected"), "counties"), "\"all\" beside keys",
                         "either \"all\" or keys", "leave out one of them");
}

Agreement agreement_from(Section const& root, std::string id, std::string file) {
    Agreement result;
    result.id = std::move(id);
    result.file = std::move(file);
    result.title = root.text("title");
    auto const office = root.table("office");
    result.office = office.text("land");
    result.office_name = office.text("name");
    result.contact = office.text("contact");
    result.certificate = office.text("certificate");
    auto const feed = root.table("feed");
    result.service = feed.text("service");
    result.table = feed.text("table");
    result.areas = root.texts("areas");
    for (auto const& due : root.tables("due"))
        result.due.push_back({static_cast<int>(due.integer("month", 0)),
                              static_cast<int>(due.integer("day", 1)), due.text("note")});
    auto const policy = root.table("policy");
    result.rows = policy.text("rows") == "accept_rest" ? RowPolicy::accept_rest : RowPolicy::all_or_nothing;
    auto const embargo = policy.text("embargo");
    result.embargo = embargo == "none"       ? EmbargoRule::none
                     : embargo == "required" ? EmbargoRule::required
                                             : EmbargoRule::allowed;
    result.time_zone = policy.text("time_zone", result.time_zone);
    result.four_eyes = boolean(policy, "four_eyes", false);
    result.releases_itself = boolean(policy, "releases_itself", false);
    auto const brake = root.table("brake");
    constexpr double percent = 100;
    result.brake.deleted_share = static_cast<double>(brake.integer("deleted_percent", 5)) / percent;
    result.brake.changed_share = static_cast<double>(brake.integer("changed_percent", 25)) / percent;
    result.brake.always_allowed = static_cast<std::uint64_t>(brake.integer("always_allowed", 20));
    auto const expected = root.table("expected");
    result.least_rows = static_cast<std::uint64_t>(expected.integer("least_rows", 1));
    result.counties = expected.texts("counties");
    result.told = root.texts("told");
    auto const limits = root.table("limits");
    auto const bytes = [&](std::string_view key, std::uint64_t otherwise) {
        return limits.has(key) ? static_cast<std::uint64_t>(limits.integer(key, 0)) * megabyte : otherwise;
    };
    result.most_bytes = bytes("megabytes", result.most_bytes);
    result.most_unpacked = bytes("unpacked_megabytes", result.most_unpacked);
    result.most_ratio = static_cast<double>(limits.integer("ratio", static_cast<int>(result.most_ratio)));
    check_sense(result, root);
    return result;
}

/// Names of the files of a folder, in order.
std::vector<std::string> files_of(std::string const& folder) {
    std::vector<std::string> names;
    std::error_code failed;
    for (auto const& entry : fs::directory_iterator{folder, failed}) {
        auto name = entry.path().filename().string();
        if (name.front() != '.' && name.ends_with(extension)) names.push_back(std::move(name));
    }
    // A folder that is there and cannot be read would silently hold no agreement.
    if (failed && failed != std::errc::no_such_file_or_directory && failed != std::errc::not_a_directory)
        throw Error{Errc::io, folder + ": cannot be read (" + failed.message() +
                                  "); check owner and permissions of the folder with the agreements"};
    std::sort(names.begin(), names.end());
    return names;
}

/// The schema stands beside the mappings of the program, whose folder comes first.
std::string schema_text(std::vector<std::string> const& folders) {
    for (auto const& folder : folders) {
        auto const path = folder + "/../../" + schema_file;
        if (io::file_exists(path)) return io::read_file(path);
    }
    throw Error{Errc::not_found, std::string{schema_file} +
                                     ": found no such file beside the folder of the agreements, expected "
                                     "their schema; next step: install schemas/ beside mappings/"};
}

/// The messages of the mappings name a file below mappings/; an operator's own file is somewhere else.
std::string with_true_path(std::string text, std::string const& name, std::string const& path) {
    auto const wrong = std::string{shipped_folder} + "/" + name;
    if (auto const at = text.find(wrong); at != std::string::npos) text.replace(at, wrong.size(), path);
    return text;
}

/// What Agreement::file says of a file.
std::string shown_path(std::string const& folder, std::string const& name) {
    return (folder.ends_with(shipped_folder) ? std::string{shipped_folder} : folder) + "/" + name;
}

Agreement read(std::string const& folder, std::string const& name, std::string const& schema) {
    auto const path = folder + "/" + name;
    auto const shown = shown_path(folder, name);
    auto const file = "agreements/" + name;
    try {
        auto const tree = harmonize::parse_toml(io::read_file(path), file);
        harmonize::check_schema(tree, file, schema, schema_file);
        return agreement_from({&file, &tree}, name.substr(0, name.size() - extension.size()), shown);
    } catch (Error const& error) {
        throw Error{error.code(), with_true_path(error.what(), name, shown)};
    }
}

} // namespace

void Agreements::add(Agreement agreement) {
    if (auto const* const known = find(agreement.id))
        throw Error{Errc::malformed, agreement.file + ":1:1: found a second agreement '" + agreement.id +
                                         "', expected each once; next step: the other is " + known->file +
                                         ": rename one of the files"};
    all_.push_back(std::move(agreement));
}

void Agreements::sort() {
    std::sort(all_.begin(), all_.end(), [](auto const& a, auto const& b) { return a.id < b.id; });
}

Agreements Agreements::load(std::vector<std::string> const& folders) {
    Agreements result;
    std::optional<std::string> schema;
    for (auto const& folder : folders)
        for (auto const& name : files_of(folder)) {
            if (!schema) schema = schema_text(folders);
            result.add(read(folder, name, *schema));
        }
    result.sort();
    return result;
}

Agreements Agreements::load_again(std::vector<std::string> const& folders, Agreements const& before,
                                  std::function<void(std::string_view)> const& complain) {
    Agreements result;
    auto const schema = schema_text(folders);
    for (auto const& folder : folders)
        for (auto const& name : files_of(folder)) try {
                result.add(read(folder, name, schema));
            } catch (Error const& error) {
                auto const shown = shown_path(folder, name);
                auto const known = std::find_if(before.all_.begin(), before.all_.end(),
                                                [&](Agreement const& each) { return each.file == shown; });
                bool const stays = known != before.all_.end() && result.find(known->id) == nullptr;
                if (stays) result.all_.push_back(*known);
                complain(std::string{error.what()} +
                         (stays ? "; until then the agreement '" + known->id + "' stays as it was"
                                : "; until then this file counts for nothing"));
            }
    result.sort();
    return result;
}

std::vector<std::string> Agreements::files(std::vector<std::string> const& folders) {
    std::vector<std::string> paths;
    for (auto const& folder : folders)
        for (auto const& name : files_of(folder)) paths.push_back(folder + "/" + name);
    return paths;
}

Agreement const* Agreements::find(std::string_view id) const noexcept {
    for (auto const& each : all_)
        if (each.id == id) return &each;
    return nullptr;
}

} // namespace gateway::intake
