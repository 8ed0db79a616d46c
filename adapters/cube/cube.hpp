// Cubes: dimensions with categories, and one value per combination. What JSON-stat and PX have in common.
//
// Order    values count row by row, the last dimension runs fastest (JSON-stat "value", PX DATA).
// Roles    one dimension is time; one may be the measure; all others become blocks, areas among them.
// Numbers  exact: the digits of the source, exponents resolved. Where the source says how many places a
//          category has, shorter numbers get their zeros, and what a binary number left behind the 15th
//          digit is cut off. A missing value is a sign or empty, never a number.
// Errors   Error malformed where sizes and values disagree, too_large where the product of the sizes is,
//          unknown_time where no dimension is time. What concerns one value is an Issue.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/cells.hpp"

namespace adapters::cube {

struct Category {
    std::string code;
    std::string label;
    std::string unit;  ///< of a measure: "Anzahl"; empty = that of the cube
    int decimals = -1; ///< places; -1 = not said
};

struct Dimension {
    enum class Role : std::uint8_t { classification, time, geo, measure };
    std::string id;
    std::string label;
    Role role = Role::classification;
    std::vector<Category> categories;
};

struct Cube {
    std::string layout;   ///< "jsonstat-2.0", "px"
    std::string language; ///< empty where the source does not say
    std::string code;     ///< of the only measure, where no dimension has that role
    std::string label;
    std::string unit;
    int decimals = -1;
    std::vector<Dimension> dimensions; ///< in the order of the values
};

/// Dimensions that a description names in place of what the document says, by id or label; empty = as it says.
struct Roles {
    std::string time, geo, measure;
    std::string geo_variable; ///< new id of the area dimension, for the mapping ("KREISE")
};
/// \throws Error structure_changed for a name that no dimension has
void apply_roles(Cube& cube, Roles const& roles, std::string const& place);

/// The most values that a cube may have.
inline constexpr std::uint64_t max_values = std::uint64_t{1} << 32U;

/// Product of the sizes. \throws Error too_large past max_values
std::uint64_t value_count(std::string const& place, Cube const& cube);

/// Where no dimension has the role of time: gives it to the only one whose id can mean nothing else ("time",
/// "year", "jahr", "zeit", "period", "TIME_PERIOD", "tid").
void find_time(Cube& cube);

/// A point of time as the mapping of times knows it (mappings/time.toml).
struct TimeCode {
    std::string variable; ///< "JAHR", "STAG", "SMONAT", "SQUART", "SEMEST"
    std::string code;     ///< "2024", "2024-12-31", "2024-06P1M", "2024-01P3M", "2024-01P6M"
};
/// Reads "2024", "2024-12-31", "2024-06", "2024M06", "2024-Q1", "2024Q1", "2024K1", "2024-S2", "2024H1"; nothing
/// for what is none of these.
std::optional<TimeCode> time_code(std::string_view text);

/// "12.5", "-1.2e3" to Decimal with `decimals` places (-1 = as written). Nothing where it does not fit.
std::optional<gateway::Decimal> exact_number(std::string_view text, int decimals) noexcept;

/// Sends a cube to a sink: header and codes at once, then values in ascending order of their index.
class Writer {
  public:
    /// `cube` and `sink` must outlive the writer; `place` names the document in errors.
    Writer(Cube const& cube, gateway::CellSink& sink, std::string place);
    Writer(Writer const&) = delete;
    Writer& operator=(Writer const&) = delete;

    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

    /// `status` qualifies the number where it is not empty; `line` and `column` are where the value stands.
    void number(std::uint64_t index, std::string_view digits, std::string_view status, gateway::Position at);
    void sign(std::uint64_t index, std::string_view sign, gateway::Position at);
    void empty(std::uint64_t index, gateway::Position at);
    /// A value that is none of these; the row is set aside.
    void fault(std::uint64_t index, gateway::Errc code, std::string const& what, gateway::Position at);
    void finish();

  private:
    void announce_times(Dimension const& dimension);
    void seek(std::uint64_t index);
    void push(gateway::Cell cell, gateway::Position at);
    std::uint8_t sign_number(std::string_view text);
    void flush();
    [[nodiscard]] std::string key() const;
    [[nodiscard]] int decimals() const noexcept;

    Cube const& cube_;
    gateway::CellSink& sink_;
    std::string place_;
    std::uint64_t size_ = 0;
    std::uint64_t rows_ = 0;
    std::size_t time_ = 0;               // dimension with the role
    std::optional<std::size_t> measure_; // the same, if there is one
    std::vector<std::size_t> blocks_;    // dimensions that are blocks
    std::vector<std::uint32_t> at_;      // category per dimension
    std::vector<std::string> signs_;
    std::vector<gateway::Cell> cells_;
    std::vector<std::uint32_t> codes_;
};

} // namespace adapters::cube
