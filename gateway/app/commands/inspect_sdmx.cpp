#include "gateway/app/commands/inspect_sdmx.hpp"

#include "adapters/sdmx/facts.hpp"
#include "gateway/ingest/avro_sdmx.hpp"
#include "gateway/io/file.hpp"

namespace gateway::app {

std::optional<std::string> sdmx_facts(std::string const& path, std::string const& dsd, bool pretty) {
    {
        io::MappedFile const file{path};
        if (ingest::is_avro(file.view()))
            return adapters::sdmx::facts_of(
                [&file](adapters::sdmx::SdmxSink& sink) { ingest::read_avro_as_sdmx(file.view(), sink); },
                pretty);
        if (adapters::sdmx::document_kind(file.view()) == adapters::sdmx::DocumentKind::none)
            return std::nullopt;
    }
    if (dsd.empty()) return adapters::sdmx::facts_json(path, nullptr, pretty);
    io::MappedFile const file{dsd};
    auto const structures = adapters::sdmx::read_structures(file.view(), dsd);
    if (structures.data_structures.empty())
        throw Error{Errc::invalid_argument,
                    "--dsd " + dsd + ": no data structure in it; ask the service for it with references=all"};
    return adapters::sdmx::facts_json(path, &structures, pretty);
}

} // namespace gateway::app
