// Services: which databases speak the GENESIS web service, and what each of them can do.
//
// Source   mappings/services.toml
// Errors   Error malformed "services.toml:line:column: …"; invalid_argument listing the known ids
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace adapters::genesis {

/// Whether quality=on adds a column with quality signs.
enum class QualityColumn : std::uint8_t { yes, v5_only, not_known };

struct Service {
    std::string id;            ///< "regionalstatistik"
    std::string title;         ///< "Regionaldatenbank Deutschland"
    std::string url;           ///< base address, ends in '/'
    std::string prefix;        ///< of dataset ids: "REGIO"
    unsigned max_parallel = 1; ///< requests at a time and account
    bool jobs = false;         ///< background jobs exist
    bool cubes = false;
    QualityColumn value_q = QualityColumn::not_known;
    std::string signs; ///< dictionary of signs
    std::string licence;
    std::string attribution;
};

/// The service `id` of a services.toml. `url` replaces its address where not empty.
Service load_service(std::string_view toml_text, std::string_view id, std::string_view url = {});

} // namespace adapters::genesis
