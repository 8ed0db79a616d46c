#include <utility>

#include "gateway/sdmx/structure/query.hpp"
#include "gateway/sdmx/structure/selection.hpp"
#include "gateway/sdmx/structure/xsd.hpp"
#include "gateway/serve/sdmx/answers.hpp"

namespace gateway::serve::sdmx {
namespace {

using structure::StructureFormat;

bool is_json(StructureFormat format) noexcept {
    return format == StructureFormat::json10 || format == StructureFormat::json20;
}

/// The parts of an address that decide a structure answer, without those of others (format=, keys of caches).
std::string canonical_text(structure::StructureQuery const& query) {
    std::string out;
    auto const add = [&out](std::string_view text) {
        out += std::to_string(text.size());
        out += ':';
        out += text;
    };
    for (auto const kind : query.kinds) add(std::to_string(static_cast<int>(kind)));
    for (auto const* const list : {&query.agencies, &query.ids, &query.items}) {
        out += '|';
        for (auto const& text : *list) add(text);
    }
    out += '|';
    for (auto const& version : query.versions) {
        add(std::to_string(static_cast<int>(version.rule)));
        add(version.version);
    }
    add(std::to_string(static_cast<int>(query.references)));
    for (auto const kind : query.reference_kinds) add(std::to_string(static_cast<int>(kind)));
    add(std::to_string(static_cast<int>(query.detail)));
    return out;
}

http::Response answer_query(Knowledge& knowledge, Ask const& ask, store::Store const& store,
                            structure::StructureQuery const& query, StructureChoice const& choice) {
    // Which items of a list are used, the regions of constraints say: they are read while artefacts are selected.
    StoreInUse const use{store};
    auto const structures = knowledge.structures(store);
    structure::MessageHeader header;
    header.languages = negotiate_languages(joined_lines(ask.call.request.headers, "Accept-Language"));
    auto basis =
        basis_of(ask, {"structure", structures->stamp, canonical_text(query), header.languages.front()},
                 choice.media_type, structures->modified);
    if (is_json(choice.format)) basis.language = header.languages.front();
    if (auto known = not_modified(ask, basis)) return std::move(*known);
    header.id = basis.id;
    header.prepared = basis.prepared;
    header.entry_point = ask.entry_point;
    auto const writer = std::make_shared<structure::StructureWriter>(
        structure::select(structures->catalogue, query), choice.format, std::move(header));
    return answer_with(ask, basis, store,
                       [writer](store::Store const&, std::string& out) { return writer->next(out); });
}

} // namespace

http::Response answer_structures(Library& library, Ask const& ask) {
    auto const query = structure::parse_structure_query(ask.api, ask.target);
    auto const choice = negotiate_structure(ask.accept, ask.format, ask.api);
    auto const lease = lease_of(ask);
    return answer_query(*library.of(ask.call), ask, lease->store(), query, choice);
}

http::Response answer_schema(Library& library, Ask const& ask) {
    auto const query = structure::parse_schema_query(ask.api, ask.target);
    auto const choice = negotiate_schema(ask.accept, ask.format, ask.api);
    auto const lease = lease_of(ask);
    auto const& store = lease->store();
    auto const knowledge = library.of(ask.call);
    if (choice.structures) {
        // For communication instead of validation: the structures, and of their lists the codes that are allowed.
        structure::StructureQuery wanted;
        wanted.api = ask.api;
        wanted.kinds = {query.context};
        wanted.agencies = {query.agency};
        wanted.ids = {query.id};
        wanted.versions = {query.version};
        wanted.references = structure::References::descendants;
        wanted.detail = structure::Detail::reference_partial;
        wanted.text = ask.target;
        return answer_query(*knowledge, ask, store, wanted, *choice.structures);
    }
    auto const structures = knowledge->structures(store);
    auto const basis =
        basis_of(ask,
                 {"schema", structures->stamp, std::to_string(static_cast<int>(query.context)), query.agency,
                  query.id, query.version.version, std::to_string(static_cast<int>(query.version.rule)),
                  query.dimension_at_observation},
                 choice.media_type, structures->modified);
    if (auto known = not_modified(ask, basis)) return std::move(*known);
    return answer_with(ask, basis, store,
                       [structures, query, done = false](store::Store const&, std::string& out) mutable {
                           if (std::exchange(done, true)) return false;
                           out += structure::write_schema(structures->catalogue, query);
                           return true;
                       });
}

} // namespace gateway::serve::sdmx
