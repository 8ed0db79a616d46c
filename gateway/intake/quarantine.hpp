// Quarantine: the rows of a delivery that were set aside, as a file that the sender corrects and sends again.
//
// Delimited text and GENESIS flat files come back as they were: preamble and header, then each row byte for byte, in
// the same character set, with a last column KREISLAUF_GRUND that readers pass over. Corrected and sent again as a
// partial delivery, the file holds exactly these rows.
// Other formats (workbooks, XML, JSON, cubes), and text whose rows get a meaning from rows above (captions, fields
// filled down), become a list in UTF-8: sheet (of a workbook), line, column, reason, next step.
//
// Errors   Error io
// Source   docs/de/lieferung.md
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/core/layout.hpp"
#include "gateway/harmonize/aside_log.hpp"

namespace gateway::intake {

struct QuarantineSource {
    std::string_view bytes;         ///< of the delivery
    Layout const* layout = nullptr; ///< of the feed; null where the file describes itself
};

/// Name for the file: as the sender's, with "-quarantaene" before the ending.
std::string quarantine_name(std::string_view file);

/// Writes the file durably; returns how many rows it holds. None is written where nothing was set aside.
std::uint64_t write_quarantine(std::string const& path, QuarantineSource const& source,
                               harmonize::AsideLog const& log);

} // namespace gateway::intake
