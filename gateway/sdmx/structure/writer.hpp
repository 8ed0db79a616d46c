// Structure messages: SDMX-ML 2.1 and 3.0, SDMX-JSON 1.0 and 2.0.
//
// A message is made a piece at a time, so that a list of 11,000 municipalities does not stand in memory as text.
// The same selection and header give the same bytes. References in SDMX-ML 2.1 are written as Ref, because
// clients in use read nothing else.
//
// Errors   what reading the region of a constraint throws
// Source   SDMX 2.1 and 3.0, SDMXStructure.xsd; SDMX-JSON structure message 1.0 and 2.0.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/sdmx/structure/selection.hpp"

namespace gateway::sdmx::structure {

enum class StructureFormat : std::uint8_t { ml21, ml30, json10, json20 };

/// "application/vnd.sdmx.structure+xml;version=2.1", ...
std::string_view media_type(StructureFormat format) noexcept;

struct MessageHeader {
    std::string id;       ///< an SDMX id: "STR1"
    std::string prepared; ///< "2026-11-26T05:00:00Z"
    /// Languages in the reader's order; the first decides `name` in JSON and the order of names. XML carries all.
    std::vector<std::string> languages = {"en", "de"};
    /// Entry point for the addresses in stubs and links: "https://statistik.example/sdmx/v1"; empty = none.
    std::string entry_point = {};
};

class StructureWriter {
  public:
    StructureWriter(Selection selection, StructureFormat format, MessageHeader header);
    StructureWriter(StructureWriter&&) noexcept;
    StructureWriter& operator=(StructureWriter&&) = delete;
    StructureWriter(StructureWriter const&) = delete;
    StructureWriter& operator=(StructureWriter const&) = delete;
    ~StructureWriter();

    /// Appends the next piece, some 64 KiB; false where nothing is left (then nothing was appended).
    bool next(std::string& out);

    class Part;

  private:
    std::unique_ptr<Part> part_;
};

/// The whole message.
std::string write_structures(Selection selection, StructureFormat format, MessageHeader header);

} // namespace gateway::sdmx::structure
