#include "gateway/sdmx/structure/writer.hpp"

#include <algorithm>
#include <utility>

#include "gateway/sdmx/structure/writer_part.hpp"

namespace gateway::sdmx::structure {
namespace {

constexpr std::size_t piece_bytes = std::size_t{64} << 10U;
constexpr std::size_t items_per_step = 64;

std::size_t item_count(Selected const& entry) noexcept {
    auto const* const scheme = entry.artefact->scheme();
    if (scheme == nullptr || entry.shape != Selected::Shape::whole ||
        entry.artefact->self.kind == Kind::category_scheme)
        return 0;
    return entry.items ? entry.items->size() : scheme->items.size();
}

} // namespace

StructureWriter::Part::Part(Selection selection, MessageHeader header)
    : selection_(std::move(selection)), header_(std::move(header)) {
    for (auto const& wanted : header_.languages)
        for (std::string const ours : {"de", "en"})
            if (wanted == ours && std::find(languages_.begin(), languages_.end(), ours) == languages_.end())
                languages_.push_back(ours);
    for (std::string const ours : {"en", "de"})
        if (std::find(languages_.begin(), languages_.end(), ours) == languages_.end())
            languages_.push_back(ours);
}

bool StructureWriter::Part::next(std::string& out) {
    auto const before = out.size();
    if (!has_begun_) {
        begin(out);
        has_begun_ = true;
    }
    while (entry_ < selection_.entries.size() && out.size() - before < piece_bytes) step(out);
    if (entry_ == selection_.entries.size() && !is_done_) {
        if (group_ >= 0) close_group(selection_.entries.back().artefact->self.kind, out);
        finish(out);
        is_done_ = true;
    }
    return out.size() > before;
}

void StructureWriter::Part::step(std::string& out) {
    auto const& entry = selection_.entries[entry_];
    if (!is_open_) {
        auto const kind = entry.artefact->self.kind;
        bool const is_new_group = group_of(kind) != group_;
        if (is_new_group) {
            if (group_ >= 0) close_group(selection_.entries[entry_ - 1].artefact->self.kind, out);
            open_group(kind, out);
            group_ = group_of(kind);
        }
        open_artefact(entry, is_new_group, out);
        is_open_ = true;
        item_ = 0;
    }
    auto const count = item_count(entry);
    for (auto const end = std::min(count, item_ + items_per_step); item_ < end; ++item_)
        item(entry, entry.items ? (*entry.items)[item_] : static_cast<std::uint32_t>(item_), item_ == 0, out);
    if (item_ < count) return;
    close_artefact(entry, out);
    is_open_ = false;
    ++entry_;
}

std::string StructureWriter::Part::address_of(Identity const& identity, bool v2) const {
    if (header_.entry_point.empty()) return {};
    std::string out = header_.entry_point;
    out.append(v2 ? "/structure/" : "/").append(resource_of(identity.kind, v2)).append("/");
    out.append(identity.agency).append("/").append(identity.id).append("/").append(identity.version);
    return out;
}

bool StructureWriter::Part::shows(Selected const& entry, std::uint32_t position) noexcept {
    return !entry.items || std::binary_search(entry.items->begin(), entry.items->end(), position);
}

bool StructureWriter::Part::is_partial(Selected const& entry) noexcept {
    auto const* const scheme = entry.artefact->scheme();
    return scheme != nullptr &&
           (scheme->is_partial || (entry.items && entry.items->size() < scheme->items.size()));
}

std::vector<Annotation> StructureWriter::Part::annotations_of(Selected const& entry) {
    auto result = entry.artefact->annotations;
    auto const* const constraint = std::get_if<Constraint>(&entry.artefact->content);
    if (constraint == nullptr || entry.shape != Selected::Shape::whole) return result;
    auto const& region = constraint->source->region();
    auto const count = [&](char const* id, std::optional<std::uint64_t> number) {
        if (number) result.push_back({id, "sdmx_metrics", std::to_string(*number), {}});
    };
    count("series_count", region.series);
    count("obs_count", region.observations);
    return result;
}

std::string_view media_type(StructureFormat format) noexcept {
    switch (format) {
    case StructureFormat::ml21: return "application/vnd.sdmx.structure+xml;version=2.1";
    case StructureFormat::ml30: return "application/vnd.sdmx.structure+xml;version=3.0.0";
    case StructureFormat::json10: return "application/vnd.sdmx.structure+json;version=1.0.0";
    case StructureFormat::json20: return "application/vnd.sdmx.structure+json;version=2.0.0";
    }
    return "application/vnd.sdmx.structure+xml;version=2.1";
}

StructureWriter::StructureWriter(Selection selection, StructureFormat format, MessageHeader header) {
    bool const v2 = format == StructureFormat::ml30 || format == StructureFormat::json20;
    bool const is_xml = format == StructureFormat::ml21 || format == StructureFormat::ml30;
    part_ = is_xml ? make_xml_part(std::move(selection), std::move(header), v2)
                   : make_json_part(std::move(selection), std::move(header), v2);
}
StructureWriter::StructureWriter(StructureWriter&&) noexcept = default;
StructureWriter::~StructureWriter() = default;

bool StructureWriter::next(std::string& out) {
    return part_->next(out);
}

std::string write_structures(Selection selection, StructureFormat format, MessageHeader header) {
    StructureWriter writer{std::move(selection), format, std::move(header)};
    std::string out;
    while (writer.next(out)) {
    }
    return out;
}

} // namespace gateway::sdmx::structure
