// Two documents that should say the same: the CSV file and the workbook of one indicator, two editions of a table.
//
// Both are harmonized, so that keys with and without Land, "Männer" and "männlich", 74.6 and 74.599999999999994 are
// compared as what they mean. Figures agree where their digits do, or where the finer one rounds to the coarser
// (half away from zero). Nothing is stored.
//
// Errors   those of harmonize_document(), naming the document.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/observation.hpp"
#include "gateway/harmonize/mapping.hpp"
#include "gateway/ingest/load.hpp"

namespace gateway::ingest {

struct ComparedDocument {
    std::string name; ///< for messages
    std::string_view bytes;
    TableRef ref;
};

struct Difference {
    enum class Kind : std::uint8_t {
        value,      ///< two numbers that do not agree, or a number and none
        only_first, ///< the other document has the indicator, the area and the period, but not together
        only_second,
    };
    Kind kind = Kind::value;
    std::string area;      ///< "03153"
    std::string period;    ///< "2023"
    std::string indicator; ///< IndicatorKey::text()
    std::string first;     ///< "13.44", "no value: CONFIDENTIAL"; empty where it is absent
    std::string second;
    std::uint32_t first_line = 0; ///< line or row in its document; 0 where absent
    std::uint32_t second_line = 0;
};

/// Cells of one document under an indicator, period or area that the other does not have at all.
struct Lacking {
    std::string what; ///< "TIME_PERIOD=2025", "AREA=03156", "SEX=F,..."
    bool in_first = false;
    std::uint64_t cells = 0;
};

struct Comparison {
    std::uint64_t equal = 0;   ///< same digits, or the same reason for no number
    std::uint64_t rounded = 0; ///< agree once the finer is rounded
    std::vector<Difference> differences;
    std::vector<Lacking> lacking;
    std::uint64_t first_set_aside = 0; ///< rows and cells that either reading set aside
    std::uint64_t second_set_aside = 0;
    std::vector<Issue> first_issues; ///< what setting aside was about
    std::vector<Issue> second_issues;
};

/// Whether two numbers agree by rounding the finer to the places of the coarser.
bool agree(Decimal a, Decimal b) noexcept;

/// `day` decides which signs and rules hold.
Comparison compare_documents(ComparedDocument const& first, ComparedDocument const& second,
                             harmonize::MappingFiles const& mappings, harmonize::AreaRegister const& areas,
                             std::int32_t day, std::string const& scratch);

} // namespace gateway::ingest
