// The report for machines, as schemas/delivery/report.schema.json describes it.
#include <rapidjson/document.h>
#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>

#include <array>

#include "gateway/core/error.hpp"
#include "gateway/intake/check.hpp"

namespace gateway::intake {
namespace {

using Json = rapidjson::PrettyWriter<rapidjson::StringBuffer>;

void text(Json& json, char const* name, std::string_view value) {
    json.Key(name);
    json.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
}
void number(Json& json, char const* name, std::uint64_t value) {
    json.Key(name);
    json.Uint64(value);
}

void write(Json& json, Counts const& counts) {
    json.StartObject();
    number(json, "rows", counts.rows);
    number(json, "cells", counts.cells);
    number(json, "used", counts.used);
    number(json, "repeated", counts.repeated);
    number(json, "set_aside", counts.set_aside);
    number(json, "added", counts.added);
    number(json, "revised", counts.revised);
    number(json, "deleted", counts.deleted);
    number(json, "unchanged", counts.unchanged);
    json.EndObject();
}

void write(Json& json, Finding const& finding) {
    json.StartObject();
    text(json, "code", to_string(finding.code));
    text(json, "severity", to_string(finding.severity));
    number(json, "line", finding.line);
    number(json, "column", finding.column);
    text(json, "key", finding.key);
    text(json, "found", finding.found);
    text(json, "expected", finding.expected);
    text(json, "next_step", finding.next_step);
    number(json, "count", finding.count);
    json.Key("needs_reason");
    json.Bool(finding.needs_reason);
    json.Key("examples");
    json.StartArray();
    for (auto const& example : finding.examples)
        json.String(example.data(), static_cast<rapidjson::SizeType>(example.size()));
    json.EndArray();
    json.EndObject();
}

void write(Json& json, Preview const& preview) {
    json.StartObject();
    text(json, "dataset", preview.dataset);
    number(json, "against", preview.against);
    json.Key("counties");
    json.StartArray();
    for (auto const& county : preview.counties) {
        json.StartObject();
        text(json, "area", county.area);
        text(json, "name", county.name);
        number(json, "added", county.added);
        number(json, "revised", county.revised);
        number(json, "deleted", county.deleted);
        json.EndObject();
    }
    json.EndArray();
    json.Key("derived");
    json.StartArray();
    for (auto const& effect : preview.derived) {
        json.StartObject();
        text(json, "what", effect.what);
        text(json, "before", effect.before);
        text(json, "after", effect.after);
        text(json, "change", effect.change);
        json.EndObject();
    }
    json.EndArray();
    number(json, "derived_more", preview.derived_more);
    text(json, "changes_sha256", preview.changes_sha256);
    json.EndObject();
}

/// A member of an object that must be there and of its kind.
class Reader {
  public:
    Reader(rapidjson::Value const& value, std::string place) : value_(value), place_(std::move(place)) {
        if (!value.IsObject()) fail("", "an object");
    }
    [[nodiscard]] std::string text(char const* name) const {
        auto const& found = member(name);
        if (!found.IsString()) fail(name, "a text");
        return {found.GetString(), found.GetStringLength()};
    }
    [[nodiscard]] std::uint64_t number(char const* name) const {
        auto const& found = member(name);
        if (!found.IsUint64()) fail(name, "a whole number from 0");
        return found.GetUint64();
    }
    [[nodiscard]] bool boolean(char const* name) const {
        auto const& found = member(name);
        if (!found.IsBool()) fail(name, "true or false");
        return found.GetBool();
    }
    [[nodiscard]] Reader object(char const* name) const { return {member(name), place_ + name + "."}; }
    template <typename Each>
    void array(char const* name, Each const& each) const {
        auto const& found = member(name);
        if (!found.IsArray()) fail(name, "a list");
        for (rapidjson::SizeType i = 0; i < found.Size(); ++i)
            each(found[i], place_ + name + "[" + std::to_string(i) + "].");
    }
    [[noreturn]] void fail(std::string const& name, std::string const& due) const {
        throw Error{Errc::malformed,
                    "report of a check: " + place_ + name + ": " + due + " is due; check again"};
    }

  private:
    [[nodiscard]] rapidjson::Value const& member(char const* name) const {
        if (!value_.HasMember(name)) fail(name, "the member");
        return value_[name];
    }
    rapidjson::Value const& value_;
    std::string place_;
};

Errc code_from(Reader const& reader, std::string const& name) {
    for (unsigned i = 0; i <= static_cast<unsigned>(Errc::conflict); ++i)
        if (to_string(static_cast<Errc>(i)) == name) return static_cast<Errc>(i);
    reader.fail("code", "a known code instead of '" + name + "'");
}

Severity severity_from(Reader const& reader, std::string const& name) {
    for (auto const severity : {Severity::info, Severity::warning, Severity::error})
        if (to_string(severity) == name) return severity;
    reader.fail("severity", "info, warning or error");
}

Finding finding_from(Reader const& reader) {
    Finding finding;
    finding.code = code_from(reader, reader.text("code"));
    finding.severity = severity_from(reader, reader.text("severity"));
    finding.line = reader.number("line");
    finding.column = static_cast<std::uint32_t>(reader.number("column"));
    finding.key = reader.text("key");
    finding.found = reader.text("found");
    finding.expected = reader.text("expected");
    finding.next_step = reader.text("next_step");
    finding.count = reader.number("count");
    finding.needs_reason = reader.boolean("needs_reason");
    reader.array("examples", [&](rapidjson::Value const& value, std::string const&) {
        if (!value.IsString()) reader.fail("examples", "a list of texts");
        finding.examples.emplace_back(value.GetString(), value.GetStringLength());
    });
    return finding;
}

Preview preview_from(Reader const& reader) {
    Preview preview;
    preview.dataset = reader.text("dataset");
    preview.against = static_cast<VintageNo>(reader.number("against"));
    reader.array("counties", [&](rapidjson::Value const& value, std::string const& place) {
        Reader const each{value, place};
        preview.counties.push_back({each.text("area"), each.text("name"), each.number("added"),
                                    each.number("revised"), each.number("deleted")});
    });
    reader.array("derived", [&](rapidjson::Value const& value, std::string const& place) {
        Reader const each{value, place};
        preview.derived.push_back(
            {each.text("what"), each.text("before"), each.text("after"), each.text("change")});
    });
    preview.derived_more = reader.number("derived_more");
    preview.changes_sha256 = reader.text("changes_sha256");
    return preview;
}

} // namespace

std::string to_json(Report const& report) {
    rapidjson::StringBuffer buffer;
    Json json{buffer};
    json.SetIndent(' ', 1);
    json.StartObject();
    text(json, "delivery", report.delivery);
    text(json, "agreement", report.agreement);
    text(json, "file", report.file);
    text(json, "sha256", report.sha256);
    text(json, "checked", utc_text(report.checked));
    text(json, "verdict", name_of(report.verdict));
    json.Key("counts");
    write(json, report.counts);
    json.Key("findings");
    json.StartArray();
    for (auto const& finding : report.findings) write(json, finding);
    json.EndArray();
    json.Key("preview");
    write(json, report.preview);
    text(json, "mapping_sha256", report.mapping_sha256);
    text(json, "rules_sha256", report.rules_sha256);
    text(json, "program", report.program);
    json.EndObject();
    return {buffer.GetString(), buffer.GetSize()};
}

Report report_from_json(std::string_view text) {
    rapidjson::Document json;
    json.Parse<rapidjson::kParseIterativeFlag>(text.data(), text.size());
    if (json.HasParseError())
        throw Error{Errc::malformed, "report of a check: no JSON at byte " +
                                         std::to_string(json.GetErrorOffset()) + "; check again"};
    Reader const reader{json, ""};
    Report report;
    report.delivery = reader.text("delivery");
    report.agreement = reader.text("agreement");
    report.file = reader.text("file");
    report.sha256 = reader.text("sha256");
    report.checked = utc_from(reader.text("checked"), 0);
    auto const verdict = verdict_from(reader.text("verdict"));
    if (!verdict) reader.fail("verdict", "a known verdict");
    report.verdict = *verdict;
    auto const counts = reader.object("counts");
    report.counts = {counts.number("rows"),     counts.number("cells"),     counts.number("used"),
                     counts.number("repeated"), counts.number("set_aside"), counts.number("added"),
                     counts.number("revised"),  counts.number("deleted"),   counts.number("unchanged")};
    reader.array("findings", [&](rapidjson::Value const& value, std::string const& place) {
        report.findings.push_back(finding_from({value, place}));
    });
    report.preview = preview_from(reader.object("preview"));
    report.mapping_sha256 = reader.text("mapping_sha256");
    report.rules_sha256 = reader.text("rules_sha256");
    report.program = reader.text("program");
    return report;
}

} // namespace gateway::intake
