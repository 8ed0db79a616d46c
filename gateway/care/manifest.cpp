#include "gateway/care/manifest.hpp"

#include <rapidjson/document.h>
#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>

#include "gateway/core/error.hpp"
#include "gateway/io/file.hpp"
#include "gateway/io/sha256.hpp"

namespace gateway::care {
namespace {

constexpr char const* format = "kreislauf-backup";
constexpr unsigned version = 1;

/// Members of the JSON, each checked.
class Reader {
  public:
    explicit Reader(std::string path) : path_(std::move(path)) {}

    [[noreturn]] void fail(std::string const& text) const {
        throw Error{Errc::malformed,
                    path_ + ": " + text + "; this is no sound backup: take another one, or make it anew"};
    }
    [[nodiscard]] std::string text(rapidjson::Value const& object, char const* name) const {
        if (!object.IsObject() || !object.HasMember(name) || !object[name].IsString())
            fail(std::string{"no text '"} + name + "'");
        return {object[name].GetString(), object[name].GetStringLength()};
    }
    [[nodiscard]] std::uint64_t number(rapidjson::Value const& object, char const* name) const {
        if (!object.IsObject() || !object.HasMember(name) || !object[name].IsUint64())
            fail(std::string{"no number '"} + name + "'");
        return object[name].GetUint64();
    }
    [[nodiscard]] std::string hash(rapidjson::Value const& object, char const* name) const {
        auto value = text(object, name);
        if (!io::is_sha256(value)) fail(std::string{"'"} + name + "' is no SHA-256: " + value);
        return value;
    }
    /// A path that stays below the backup.
    [[nodiscard]] std::string path(rapidjson::Value const& object) const {
        auto value = text(object, "path");
        if (value.empty() || value.front() == '/' || ("/" + value + "/").find("/../") != std::string::npos)
            fail("path '" + value + "' leads out of the backup");
        return value;
    }

  private:
    std::string path_;
};

} // namespace

bool holds_backup(std::string const& directory) {
    return io::file_exists(directory + "/" + manifest_name);
}

Manifest read_manifest(std::string const& directory) {
    auto const path = directory + "/" + manifest_name;
    if (!io::file_exists(path))
        throw Error{Errc::not_found, path + ": there is no backup here; name the directory that kreislauf "
                                            "backup --to wrote"};
    Reader const reader{path};
    auto const bytes = io::read_file(path);
    rapidjson::Document json;
    json.Parse<rapidjson::kParseIterativeFlag>(bytes.data(), bytes.size());
    if (json.HasParseError() || !json.IsObject())
        reader.fail("no JSON object at byte " + std::to_string(json.GetErrorOffset()));
    if (reader.text(json, "format") != format) reader.fail("'format' is not " + std::string{format});
    if (auto const found = reader.number(json, "version"); found != version)
        reader.fail("version " + std::to_string(found) + ", this program knows " + std::to_string(version));
    Manifest manifest;
    auto const made = reader.text(json, "made");
    manifest.made = utc_from(made, -1);
    if (manifest.made < 0) reader.fail("'made' is no time: " + made);
    manifest.content_hash = reader.hash(json, "content_hash");
    manifest.documents = reader.number(json, "documents");
    manifest.documents_sha256 = reader.hash(json, "documents_sha256");
    manifest.store = reader.text(json, "store");
    if (!json.HasMember("files") || !json["files"].IsArray()) reader.fail("no list 'files'");
    auto const& files = json["files"];
    for (rapidjson::SizeType i = 0; i < files.Size(); ++i)
        manifest.files[reader.path(files[i])] = {reader.number(files[i], "bytes"),
                                                 reader.hash(files[i], "sha256")};
    if (manifest.files.find(manifest.store) == manifest.files.end())
        reader.fail("the store '" + manifest.store + "' is not among the files");
    return manifest;
}

void write_manifest(std::string const& directory, Manifest const& manifest) {
    rapidjson::StringBuffer buffer;
    rapidjson::PrettyWriter<rapidjson::StringBuffer> writer{buffer};
    writer.SetIndent(' ', 1);
    auto const text = [&writer](char const* name, std::string const& value) {
        writer.Key(name);
        writer.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
    };
    auto const number = [&writer](char const* name, std::uint64_t value) {
        writer.Key(name);
        writer.Uint64(value);
    };
    writer.StartObject();
    text("format", format);
    number("version", version);
    text("made", utc_text(manifest.made));
    text("content_hash", manifest.content_hash);
    number("documents", manifest.documents);
    text("documents_sha256", manifest.documents_sha256);
    text("store", manifest.store);
    writer.Key("files");
    writer.StartArray();
    std::string sums;
    for (auto const& [path, file] : manifest.files) {
        writer.StartObject();
        text("path", path);
        number("bytes", file.bytes);
        text("sha256", file.sha256);
        writer.EndObject();
        sums += file.sha256 + "  " + path + "\n";
    }
    writer.EndArray();
    writer.EndObject();
    std::string const json{buffer.GetString(), buffer.GetSize()};
    io::write_durable(directory + "/" + manifest_name, json + "\n");
    io::write_durable(directory + "/" + sums_name, sums);
}

} // namespace gateway::care
