// What every SDMX reader says, whatever the format: a message, its data sets, their series and observations.
//
// Shape    components (dimensions, measures, attributes) and the codes of each are numbered from 0 in the order
//          in which they occur, and announced before a number is used; an observation therefore allocates
//          nothing. Numbers hold for the whole message.
// Order    message(), then for each data set: data_set(), attributes(), group() and series() and observation()
//          in document order, end_data_set(); then notes, finish(). issue() at any time.
// Views    live for the call.
// Source   SDMX 2.1 and 3.0, section 3 (SDMX-ML), SDMX-JSON 1.0 and 2.0, SDMX-CSV 1.0 and 2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/decimal.hpp"
#include "gateway/core/error.hpp"

namespace adapters::sdmx {

using gateway::Decimal;
using gateway::Errc;
using gateway::Error;
using gateway::Issue;
using gateway::Position;
using gateway::Severity;

/// Name of an artefact: "DataStructure=ECB:ECB_EXR_NG(1.0)".
struct Reference {
    std::string
        kind; ///< "DataStructure", "Dataflow", "ProvisionAgreement", "Codelist"; empty where not known
    std::string agency, id, version;
    std::string item; ///< what follows the version: "FREQ"

    /// "ECB:ECB_EXR_NG(1.0)"; only what is known.
    [[nodiscard]] std::string text() const;
    friend bool operator==(Reference const&, Reference const&) = default;
};

/// Reads "urn:sdmx:org.sdmx.infomodel.codelist.Codelist=SDMX:CL_FREQ(2.0)", its part behind the last '.', or
/// "SDMX:CL_FREQ(2.0)". White space around it is left out. id is empty where it is nothing of the kind.
Reference parse_reference(std::string_view text);

enum class Action : std::uint8_t { information, append, replace, delete_, merge };
std::string_view to_string(Action action) noexcept; ///< "Information"

/// A text from a footer or an error message.
struct Note {
    std::string code;     ///< "413"
    std::string severity; ///< as written
    std::vector<std::string> texts;
};

struct MessageInfo {
    std::string format;  ///< "generic", "structure-specific", "sdmx-csv", "sdmx-json-data", "error"
    std::string version; ///< of SDMX: "2.1"; of SDMX-CSV and SDMX-JSON: "1.0", "2.0"
    std::string root;    ///< root element, for SDMX-ML
    std::string id, prepared, sender;
    bool is_test = false;
    std::vector<std::string> dimensions_at_observation; ///< as the header says, one per structure
};

struct DataSetInfo {
    Reference structure; ///< what it follows: data structure, dataflow or provision agreement
    Action action = Action::information;
    bool says_action = false;                             ///< the data set itself says its action
    std::string dimension_at_observation = "TIME_PERIOD"; ///< or "AllDimensions", or another dimension
    Position position;
};

enum class Role : std::uint8_t { unknown, dimension, time, measure, attribute };
std::string_view to_string(Role role) noexcept;

struct Component {
    std::string_view id;
    Role role = Role::unknown;
};

/// A code of a component. Several values of one attribute (SDMX 3.0) are one code with `value_separator`
/// between them.
struct Coded {
    std::uint32_t component = 0;
    std::uint32_t code = 0;
    friend bool operator==(Coded const&, Coded const&) = default;
};
inline constexpr char value_separator = '\x1F';
inline constexpr char language_separator = '\x1E'; ///< behind the language of a text

/// One measure of an observation.
struct Measured {
    enum class Kind : std::uint8_t {
        number,
        absent, ///< nothing, NaN or #N/A
        text,   ///< something that is no number, or has more digits than a Decimal
    };
    std::uint32_t component = 0;
    Kind kind = Kind::absent;
    Decimal number;
    std::string_view text; ///< as written
};

struct SeriesInfo {
    std::span<Coded const> values; ///< dimensions and attributes
    bool is_row = false; ///< a format without series (CSV, flat): made up by the reader, not counted
    std::uint64_t line = 0;
};

struct ObservationInfo {
    std::span<Coded const> values; ///< that its series does not say
    std::span<Measured const> measures;
    std::uint64_t line = 0;
    std::uint32_t column = 0; ///< field of the value, for CSV
};

class SdmxSink {
  public:
    SdmxSink() = default;
    SdmxSink(SdmxSink const&) = delete;
    SdmxSink& operator=(SdmxSink const&) = delete;
    virtual ~SdmxSink() = default;

    virtual void message(MessageInfo const& info) = 0;
    virtual void data_set(DataSetInfo const& info) = 0;
    /// Announces a component, or that its role is another in this data set.
    virtual void component(std::uint32_t number, Component const& component) = 0;
    virtual void code(std::uint32_t component, std::uint32_t number, std::string_view text) = 0;
    /// Attributes of the whole data set.
    virtual void attributes(std::span<Coded const> values) = 0;
    /// A part of a key and the attributes of whatever lies in it.
    virtual void group(std::span<Coded const> values, std::uint64_t line) = 0;
    /// Observations up to the next series(), or end_data_set(), belong to it. An observation without a series
    /// before it in its data set carries its whole key.
    virtual void series(SeriesInfo const& info) = 0;
    virtual void observation(ObservationInfo const& info) = 0;
    virtual void end_data_set() = 0;
    virtual void footer(Note const& note) = 0;
    /// An error message in place of, or beside, data.
    virtual void error(Note const& note) = 0;
    virtual void issue(Issue issue) = 0;
    virtual void finish() = 0;
};

} // namespace adapters::sdmx
