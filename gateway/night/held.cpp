#include "gateway/night/held.hpp"

#include <algorithm>
#include <filesystem>

#include <rapidjson/document.h>
#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>

#include "gateway/io/file.hpp"

namespace gateway::night {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view file_name = "held.json", sample_name = "sample.csv";

std::string text_of(Held const& held) {
    rapidjson::StringBuffer buffer;
    rapidjson::PrettyWriter<rapidjson::StringBuffer> writer{buffer};
    auto const text = [&writer](char const* key, std::string const& value) {
        writer.Key(key);
        writer.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
    };
    auto const number = [&writer](char const* key, std::uint64_t value) {
        writer.Key(key);
        writer.Uint64(value);
    };
    writer.StartObject();
    text("id", held.id);
    text("state", held.state);
    text("source", held.source);
    text("service", held.service);
    text("table", held.table);
    text("dataset", held.dataset);
    text("document", held.document);
    if (!held.slice.empty()) text("slice", held.slice);
    if (!held.parts.empty()) {
        writer.Key("parts");
        writer.StartArray();
        for (auto const& part : held.parts) {
            writer.StartObject();
            text("document", part.sha256);
            text("slice", part.slice);
            writer.EndObject();
        }
        writer.EndArray();
    }
    text("at", utc_text(held.at));
    writer.Key("partial");
    writer.Bool(held.partial);
    writer.Key("why");
    writer.StartArray();
    for (auto const& each : held.why)
        writer.String(each.data(), static_cast<rapidjson::SizeType>(each.size()));
    writer.EndArray();
    number("added", held.added);
    number("revised", held.revised);
    number("deleted", held.deleted);
    number("unchanged", held.unchanged);
    if (held.decided_at != 0) {
        text("decided_at", utc_text(held.decided_at));
        text("reason", held.reason);
    }
    writer.EndObject();
    return std::string{buffer.GetString(), buffer.GetSize()} + "\n";
}

Held held_from(std::string const& path) {
    auto const bytes = io::read_file(path);
    rapidjson::Document json;
    json.Parse<rapidjson::kParseIterativeFlag>(bytes.data(), bytes.size());
    if (json.HasParseError() || !json.IsObject())
        throw Error{Errc::corrupt_store, path +
                                             ": is not JSON; restore it from a backup, or remove its folder: "
                                             "the next night then holds the table again"};
    auto const text = [&json](char const* key) -> std::string {
        return json.HasMember(key) && json[key].IsString() ? json[key].GetString() : "";
    };
    auto const number = [&json](char const* key) -> std::uint64_t {
        return json.HasMember(key) && json[key].IsUint64() ? json[key].GetUint64() : 0;
    };
    Held held;
    held.id = text("id");
    held.state = text("state");
    held.source = text("source");
    held.service = text("service");
    held.table = text("table");
    held.dataset = text("dataset");
    held.document = text("document");
    held.slice = text("slice");
    if (json.HasMember("parts") && json["parts"].IsArray())
        for (auto const& each : json["parts"].GetArray())
            if (each.IsObject() && each.HasMember("document") && each["document"].IsString() &&
                each.HasMember("slice") && each["slice"].IsString())
                held.parts.push_back({each["document"].GetString(), each["slice"].GetString()});
    held.at = utc_from(text("at"), 0);
    held.partial = json.HasMember("partial") && json["partial"].IsBool() && json["partial"].GetBool();
    if (json.HasMember("why") && json["why"].IsArray())
        for (auto const& each : json["why"].GetArray())
            if (each.IsString()) held.why.emplace_back(each.GetString());
    held.added = number("added");
    held.revised = number("revised");
    held.deleted = number("deleted");
    held.unchanged = number("unchanged");
    held.decided_at = utc_from(text("decided_at"), 0);
    held.reason = text("reason");
    return held;
}

void must_be_open(Held const& held) {
    if (held.is_open()) return;
    throw Error{Errc::invalid_argument,
                held.id + " is " + held.state + " since " + utc_text(held.decided_at) + ": " + held.reason};
}

ingest::LoadReport load_held(ingest::Workshop& shop, Held const& held, ingest::Part const& part,
                             std::string const& note) {
    auto const document = shop.archive.read(part.sha256);
    auto provenance = document.provenance;
    provenance.received = std::max(provenance.received, held.at);
    raw::Kept kept{part.sha256, document.bytes.size(), false};
    ingest::LoadOptions options;
    options.partial = held.partial;
    options.slice = part.slice;
    options.note = note;
    options.document = shop.store.record_document(kept.sha256, kept.bytes, provenance);
    auto report = ingest::load_document(
        shop, document.bytes, [&kept] { return kept; }, provenance, {held.service, held.table}, options);
    report.document = options.document;
    return report;
}

/// The last of several, with the counts of all; what is not newer, or loaded, tells of the whole.
ingest::LoadReport together(std::vector<ingest::LoadReport> reports) {
    if (reports.empty()) throw Error{Errc::empty_document, "no part of what was held has a row"};
    auto all = std::move(reports.back());
    reports.pop_back();
    for (auto const& each : reports) {
        all.bytes += each.bytes;
        all.rows += each.rows;
        all.series += each.series;
        all.cells += each.cells;
        all.added += each.added;
        all.revised += each.revised;
        all.deleted += each.deleted;
        all.unchanged += each.unchanged;
        all.set_aside += each.set_aside;
        all.repeated += each.repeated;
        all.issues.insert(all.issues.end(), each.issues.begin(), each.issues.end());
        if (each.outcome == "not_newer" || (each.outcome == "loaded" && all.outcome == "unchanged")) {
            all.outcome = each.outcome;
            all.text = each.text;
            if (each.vintage) all.vintage = each.vintage;
        }
    }
    return all;
}

} // namespace

std::string HeldFolder::id_of(ingest::TableRef const& ref, std::string_view sha256) {
    constexpr std::size_t digits = 12;
    auto id = ref.service + "_" + ref.table + "_" + std::string{sha256.substr(0, digits)};
    for (auto& c : id) {
        bool const is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                              c == '-' || c == '_';
        if (!is_plain) c = '-';
    }
    return id;
}

std::string HeldFolder::sample_of(std::string_view id) const {
    return directory_ + "/" + std::string{id} + "/" + std::string{sample_name};
}

std::vector<Held> HeldFolder::list() const {
    std::vector<Held> all;
    std::error_code failure;
    for (fs::directory_iterator at{directory_, failure}, end; !failure && at != end; at.increment(failure)) {
        auto const file = at->path() / file_name;
        if (fs::exists(file)) all.push_back(held_from(file.string()));
    }
    if (failure && failure != std::errc::no_such_file_or_directory)
        throw Error{Errc::io, "cannot list " + directory_ + ": " + failure.message()};
    std::sort(all.begin(), all.end(),
              [](Held const& a, Held const& b) { return a.at != b.at ? a.at < b.at : a.id < b.id; });
    return all;
}

std::optional<Held> HeldFolder::find(std::string_view id) const {
    if (id.empty() || id.find('/') != std::string_view::npos || id.find("..") != std::string_view::npos)
        return std::nullopt;
    auto const file = directory_ + "/" + std::string{id} + "/" + std::string{file_name};
    return io::file_exists(file) ? std::optional{held_from(file)} : std::nullopt;
}

void HeldFolder::write(Held const& held) const {
    auto const folder = directory_ + "/" + held.id;
    io::make_directories(folder);
    io::write_durable(folder + "/" + std::string{file_name}, text_of(held));
}

void HeldFolder::keep(Held const& held, std::string_view sample) const {
    io::make_directories(directory_ + "/" + held.id);
    io::write_durable(sample_of(held.id), sample);
    write(held);
    for (auto& older : list())
        if (older.is_open() && older.id != held.id && older.service == held.service &&
            older.table == held.table)
            decide(std::move(older), "replaced", held.at, "a newer document was held: " + held.id);
}

void HeldFolder::decide(Held held, std::string state, UnixTime now, std::string reason) const {
    held.state = std::move(state);
    held.decided_at = now;
    held.reason = std::move(reason);
    write(held);
}

ingest::LoadReport release_held(ingest::Workshop& shop, HeldFolder const& folder, Held const& held,
                                std::string const& reason) {
    must_be_open(held);
    auto const note = "held by the brake (" + (held.why.empty() ? std::string{} : held.why.front()) +
                      "), released: " + reason;
    std::vector<ingest::LoadReport> reports;
    if (held.parts.empty()) {
        reports.push_back(load_held(shop, held, {held.document, held.slice}, note));
    } else {
        auto const group = shop.store.group();
        for (auto const& part : held.parts) {
            try {
                reports.push_back(load_held(shop, held, part, note));
            } catch (Error const& error) {
                // As when it was fetched: a part that never had a row.
                if (error.code() != Errc::empty_document) throw;
            }
        }
        bool const is_older = std::any_of(reports.begin(), reports.end(),
                                          [](auto const& each) { return each.outcome == "not_newer"; });
        if (!is_older) group->commit();
    }
    auto report = together(std::move(reports));
    report.source = held.source;
    auto const now = shop.clock.now();
    shop.store.record_attempt(
        {now, held.source, held.table, report.outcome,
         "released by a person: " + reason + (report.text.empty() ? "" : "; " + report.text),
         report.document});
    if (report.outcome == "not_newer") {
        folder.decide(held, "replaced", now, "something newer was loaded meanwhile");
        throw Error{Errc::conflict, held.id + " was not loaded: " + report.text};
    }
    folder.decide(held, "released", now, reason);
    return report;
}

void refuse_held(ingest::Workshop& shop, HeldFolder const& folder, Held const& held,
                 std::string const& reason) {
    must_be_open(held);
    auto const now = shop.clock.now();
    folder.decide(held, "refused", now, reason);
    shop.store.record_attempt(
        {now, held.source, held.table, "declined", "refused by a person: " + reason, 0});
}

} // namespace gateway::night
