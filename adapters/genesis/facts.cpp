#include "adapters/genesis/facts.hpp"

#include "adapters/genesis/facts_parts.hpp"
#include "adapters/genesis/reader.hpp"
#include "adapters/genesis/reader_text.hpp"
#include "adapters/genesis/reader_value.hpp"
#include "gateway/core/error.hpp"
#include "gateway/io/zip.hpp"

namespace adapters::genesis {

using gateway::Errc;
using gateway::Error;

std::optional<gateway::Decimal> facts_number(std::string_view text) {
    auto const read = read_number(text);
    if (read.kind != ReadNumber::Kind::number) return std::nullopt;
    return read.value;
}

std::string sum_text(gateway::DecimalSum const& sum) {
    return sum.to_string().value_or("does not fit into 128 bits");
}

bool is_area_variable(std::string_view variable) noexcept {
    for (auto const* name : {"DINSG", "DLAND", "DLANDU", "REGBEZ", "KREISE", "GEMEIN"})
        if (variable == name) return true;
    // Census: GEODL1 (country), GEOBL1 (Land), GEORB, GEOLK (county), GEOVB, GEOGM4 and so on.
    return variable.starts_with("GEO");
}

std::string line_ends_of(std::string_view bytes) {
    auto const line_end = bytes.find('\n');
    return line_end != std::string_view::npos && line_end > 0 && bytes[line_end - 1] == '\r' ? "CRLF" : "LF";
}

void MeasureFacts::add(std::string_view text) {
    ++cells;
    if (text.empty()) {
        ++empty;
        return;
    }
    auto const number = facts_number(text);
    if (!number) {
        ++signs[std::string{text}];
        return;
    }
    ++numeric;
    sum.add(*number);
    if (!min || *number < *min) min = number;
    if (!max || *number > *max) max = number;
}

FactsValue MeasureFacts::value() const {
    FactsValue result;
    result["cells"] = cells;
    result["empty"] = empty;
    result["label"] = label;
    result["max"] = max ? FactsValue{max->to_string()} : FactsValue{};
    result["min"] = min ? FactsValue{min->to_string()} : FactsValue{};
    result["numeric"] = numeric;
    result["signs"] = counts(signs);
    result["sum"] = sum_text(sum);
    result["unit"] = unit;
    return result;
}

FactsValue RegionFacts::value() const {
    FactsValue result;
    result["by_variable"] = FactsValue::Object{};
    result["key_lengths"] = FactsValue::Object{};
    std::uint64_t distinct = 0;
    for (auto const& [variable, known] : codes) {
        std::map<std::string, std::uint64_t> lengths;
        for (auto const& code : known) ++lengths[std::to_string(code.size())];
        result["by_variable"][variable] = std::uint64_t{known.size()};
        result["key_lengths"][variable] = counts(lengths);
        distinct += known.size();
    }
    result["distinct"] = distinct;
    return result;
}

std::string facts_json(std::string_view document_bytes, FactsOptions const& options) {
    std::string unpacked;
    auto kind = payload_of(document_bytes);
    if (kind == Payload::zip) {
        gateway::io::ZipReader const archive(document_bytes);
        unpacked = archive.extract(archive.only(".csv"));
        document_bytes = unpacked;
        kind = payload_of(document_bytes);
    }
    FactsValue facts;
    switch (kind) {
    case Payload::flat: facts = flat_facts(document_bytes, options); break;
    case Payload::cube: facts = cube_facts(document_bytes, options); break;
    case Payload::json: facts = answer_facts(document_bytes, options); break;
    case Payload::html: facts = html_facts(document_bytes, options); break;
    case Payload::presentation: facts = presentation_facts(document_bytes, options); break;
    case Payload::empty: throw Error(Errc::empty_document, "the document is empty: nothing to count");
    case Payload::zip: throw Error(Errc::not_a_table, "a ZIP archive inside a ZIP archive");
    case Payload::unknown:
        throw Error(Errc::not_a_table,
                    "no document of GENESIS: it begins with '" + shown(document_bytes, 60) + "'");
    }
    if (options.http_status) facts["http_status"] = *options.http_status;
    return facts.text(options.pretty);
}

} // namespace adapters::genesis
