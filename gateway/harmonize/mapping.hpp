// Mappings: harmonization knowledge as data.
//
// Files in mappings/ (TOML), each checked against its JSON Schema in schemas/mapping/ when it is loaded; a
// fault names file, line and column. A Mapping is the part that one table of one service needs, resolved and
// immutable. A code without a rule stays a source code, visibly; an unknown unit, sign or time stops its row.
//
// Source   docs/mappings.md; every file names origin and date of its facts.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/core/observation.hpp"

namespace gateway::harmonize {

class TreeMemory;

/// The texts of mapping files by name relative to mappings/ ("variables/age.toml"). Copies share what was read.
class MappingFiles {
  public:
    /// Reads files on demand from a directory.
    static MappingFiles from_directory(std::string const& path);
    /// Reads what bundle() wrote.
    static MappingFiles from_bundle(std::string_view json);
    explicit MappingFiles(std::map<std::string, std::string> texts);

    /// Text of a file, or nothing.
    [[nodiscard]] std::optional<std::string> text(std::string const& name) const;
    /// The same, shared: a file that nobody has touched since is not read again and gives the very same text.
    [[nodiscard]] std::shared_ptr<std::string const> shared_text(std::string const& name) const;
    /// Names below a folder ("tables/regionalstatistik"), sorted.
    [[nodiscard]] std::vector<std::string> names(std::string const& folder) const;
    /// True where every file of `bundle` (made by from_bundle) has the same text here.
    [[nodiscard]] bool agrees_with(MappingFiles const& bundle) const;
    /// Text of schemas/mapping/`kind`.schema.json beside the directory; nothing where the files come from a
    /// bundle or from memory: they were checked before they got there.
    /// \throws Error not_found, where the directory has no schemas beside it
    [[nodiscard]] std::shared_ptr<std::string const> schema(std::string const& kind) const;
    /// Text of schemas/mapping/checked.txt, or nothing.
    [[nodiscard]] std::shared_ptr<std::string const> checked() const;
    /// What FileLoader has parsed of these files.
    [[nodiscard]] TreeMemory& trees() const noexcept;

  private:
    struct Source;
    std::shared_ptr<Source const> source_;
};

/// What a code of a classifying variable becomes.
struct MappedCode {
    enum class Kind : std::uint8_t {
        code,            ///< `dimension`=`code`
        area,            ///< `area`
        not_applicable,  ///< the block is empty: the dimension is left out
        month_of_year,   ///< classification composed with the year: `part` 1..12
        quarter_of_year, ///< `part` 1..4
        unknown,         ///< the row is set aside; `why`
    };
    Kind kind = Kind::unknown;
    std::string dimension;    ///< "SEX"; the variable's own code where no concept is mapped
    std::string code;         ///< common code, or the source code where `source_code`
    bool source_code = false; ///< stayed as the source writes it
    bool unruled = false;     ///< and no rule says so: the variable has no mapping, or none for this code
    Area area;
    /// Further dimensions that the variable fixes: MIG_CONCEPT=EG beside MIG_STATUS=IMM.
    std::vector<std::pair<std::string, std::string>> also;
    unsigned part = 0;
    /// File and line of the rule that decided, for explain; lives as long as the mapping.
    std::string_view rule;
    std::string why; ///< for unknown
};

struct MappedMeasure {
    bool known = false;
    std::string measure; ///< "BEVSTD", or the common code where the table aliases it
    std::string unit;    ///< common unit code: "PS", "PT", "EUR", "IX_2020"
    int unit_mult = 0;   ///< power of ten
    std::string rule;
    std::string why; ///< for unknown
};

struct MappedTime {
    std::optional<TimePeriod> period;
    std::string rule;
    std::string why; ///< where there is no period
};

/// What an office's dictionary says a sign means at a time.
struct SignMeaning {
    enum class Kind : std::uint8_t {
        nothing,   ///< '-': zero, if the area existed and the level is filled; else a reason
        small,     ///< '0': a number below half a unit
        missing,   ///< no number: `reason`
        qualifies, ///< keeps the number: "()", "p", "r", "s", "e"
        unknown,   ///< not in the dictionary: the row is set aside
    };
    Kind kind = Kind::unknown;
    MissingReason reason = MissingReason::unknown;
    ObsStatus status = ObsStatus::normal;
    ConfStatus confidentiality = ConfStatus::free;
    std::string rule;
};

/// Validity of areas, for the meaning of '-'.
enum class Existence : std::uint8_t { existed, did_not_exist, not_known };

class AreaRegister {
  public:
    /// Counties with validity intervals from mappings/territory/.
    static AreaRegister load(MappingFiles const& files);
    /// Whether `area` existed on the last day of `period` (a reference date has only one). not_known for a
    /// key that is not listed, for municipalities, and for an area that ended within the period: its '-' is
    /// neither surely zero nor surely absent. Country, Land and pseudo areas always existed.
    [[nodiscard]] Existence existence(Area const& area, TimePeriod const& period) const;
    /// Name in force on `day`, empty where not known.
    [[nodiscard]] std::string name(Area const& area, std::int32_t day) const;
    /// Keys of the counties that existed on `day`, in order.
    [[nodiscard]] std::vector<std::string> counties_on(std::int32_t day) const;
    ~AreaRegister();
    AreaRegister(AreaRegister&&) noexcept;
    AreaRegister& operator=(AreaRegister&&) noexcept;

  private:
    AreaRegister();
    struct Data;
    std::unique_ptr<Data> data_;
};

/// Everything needed to harmonize one table. Immutable.
class Mapping {
  public:
    /// `layout` ("ffcsv-v4", ...) and `day` (when the document was received, days since 1970) select the
    /// sign dictionary in force.
    /// \throws Error malformed naming file:line:column, where a file breaks its schema
    static Mapping load(MappingFiles const& files, std::string_view service, std::string_view table,
                        std::string_view layout, std::int32_t day);
    ~Mapping();
    Mapping(Mapping&&) noexcept;
    Mapping& operator=(Mapping&&) noexcept;

    /// The dataset a document of this table belongs to; `time` is a period in it (editions: census 2011,
    /// 2022).
    [[nodiscard]] DatasetInfo dataset(TimePeriod const& time, std::string_view statistic_code,
                                      std::string_view statistic_label) const;
    /// May be called by several threads.
    [[nodiscard]] MappedCode map_code(std::string_view variable, std::string_view code) const;
    [[nodiscard]] MappedMeasure map_measure(std::string_view code, std::string_view unit) const;
    [[nodiscard]] MappedTime map_time(std::string_view variable, std::string_view text) const;
    /// Month or quarter of a year, for classifications next to JAHR.
    [[nodiscard]] static std::optional<TimePeriod> compose(TimePeriod const& year, MappedCode const& part);
    [[nodiscard]] SignMeaning sign(std::string_view text) const;
    /// Protection regime of a cell ("students of Länder 01 and 02 carry R3").
    [[nodiscard]] Protection protection(Area const& area, TimePeriod const& period,
                                        std::string_view measure) const;

    /// The files used, as one JSON text; its SHA-256 names the mapping version. A variable's file is used from
    /// the first map_code() with that variable on, so ask after the last code. The reference holds until the
    /// next call.
    [[nodiscard]] std::string const& bundle() const;

  private:
    Mapping();
    struct Data;
    std::unique_ptr<Data> data_;
};

} // namespace gateway::harmonize
