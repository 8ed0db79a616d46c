// Renderer: what the formats have in common. Internal to this folder.
//
// An observation is put together from pieces in one order for all formats:
//
//   [row] open number before (OBS_LO between OBS_HI) after [attributes of the series] period vintage figure end
//
// A format says what the pieces are; they are made once for each period, state, vintage and series. The row is the
// key in front of every observation (SDMX-CSV and flat layouts); attributes of the series stand at the observation
// where they cannot stand at the series.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "gateway/sdmx/data/message.hpp"
#include "gateway/sdmx/data/piece.hpp"

namespace gateway::sdmx::data {

using Packed = store::PackedObservation;

/// A call of next() ends where it has written so much.
inline constexpr std::size_t piece_bytes = std::size_t{192} << 10U;

/// Which dimension stands at the observation.
enum class Layout : std::uint8_t { time_series, flat, cross_section };

/// Short text of an area, to be copied as one block; size 0 where there is none.
struct AreaBlock {
    std::array<char, 16> text{};
    std::uint8_t size = 0;
};

/// Beginnings of an observation.
struct Opening {
    Piece with_number, without, deleted;
};

class Renderer : public DataWriter {
  public:
    Renderer(StoreLease lease, query::DatasetViewPtr view, query::Selection selection,
             MessageOptions options);
    bool next(std::string& out) final;
    void read_ahead() final;

  protected:
    /// Kinds of beginnings.
    enum class Begins : std::uint8_t { with_number, without, deleted };
    /// The dimensions of a series as far as they do not stand at the observation.
    struct Key {
        std::uint32_t indicator = 0;
        store::AreaNo area = 0;
        std::uint8_t frequency = 0;
        query::AreaTable::Entry const* place = nullptr; ///< of `area`
        TimePeriod const* period = nullptr;             ///< of a cross section
        bool is_mould = false;                          ///< of any area of a kind: its key is area_mark
    };
    static constexpr std::string_view area_mark = "__AREA__";

    // What a format says. All append to `out`.
    virtual void prepare(store::Store const&) {}
    /// How often the series are gone through; all but the last time for lists in front of the data.
    [[nodiscard]] virtual std::size_t passes() const { return 1; }
    virtual void begin_pass(Out& out, std::size_t pass) = 0;
    virtual void end_pass(Out& out, std::size_t pass) = 0;
    virtual void begin_part(Out&, query::Part const&) {}
    virtual void end_part(Out&, query::Part const&) {}
    /// Around the observations of a series; in flat layouts too. What differs from the first to the others is not
    /// part of begin_section().
    virtual void separate_sections(Out&) {}
    virtual void begin_section(std::string&, Key const&) {}
    virtual void end_section(Out&) {}
    /// A series in a pass before the last.
    virtual void listed(Out&, query::Series const&, std::size_t) {}
    /// Key in front of every observation; only where the layout or the format has it.
    virtual void row(std::string&, Key const&) {}
    /// With split_rows(): what follows the row and the period.
    virtual void row_rest(std::string&, Key const&) {}
    /// Beginning of an observation, up to where its number goes.
    virtual void open(std::string& out, Begins begins, std::string_view dimension, std::string_view code) = 0;
    /// Behind the number, or behind the beginning of an observation without one.
    virtual void close_value(std::string& out, bool has_number) = 0;
    /// An attribute with its text; an empty text is none.
    virtual void attribute(std::string& out, Attribute attribute, std::string_view text) = 0;
    /// Around an attribute whose text is written in between: OBS_LO, OBS_HI, FIGURE_ID.
    virtual void open_attribute(std::string& out, Attribute attribute) = 0;
    virtual void close_attribute(std::string& out, Attribute attribute) = 0;
    /// Text of an area in begin_section() and row().
    virtual AreaBlock area_block(Key const& key) { return {key.place->plain, key.place->plain_size}; }
    /// Behind the last attribute.
    virtual void end_observation(std::string& out) = 0;
    /// An observation that is no more, behind its beginning.
    virtual void end_deleted(std::string& out) { end_observation(out); }
    /// Text of a figure id as the format has it between its quotation marks.
    virtual void append_figure_text(std::string& out, std::string_view text) = 0;
    virtual std::string period_text(TimePeriod const& period) const { return period.to_sdmx(); }

    [[nodiscard]] query::DatasetView const& view() const noexcept { return *view_; }
    /// Ids of the dimensions but time, in key order.
    [[nodiscard]] std::vector<std::string> const& ids() const noexcept { return ids_; }
    [[nodiscard]] MessageOptions const& options() const noexcept { return options_; }
    [[nodiscard]] Names const& names() const noexcept { return *options_.names; }
    [[nodiscard]] std::string const& language() const noexcept { return options_.languages.front(); }
    [[nodiscard]] std::vector<query::Part> const& parts() const noexcept { return parts_; }
    [[nodiscard]] Layout layout() const noexcept { return layout_; }
    [[nodiscard]] bool shows(Attribute attribute) const {
        return options_.shown.attributes.test(static_cast<std::size_t>(attribute));
    }
    [[nodiscard]] bool has_attributes(char level) const {
        return (options_.shown.attributes & attributes_at(level)).any();
    }
    /// Series attributes stand at the observation.
    [[nodiscard]] bool series_attributes_at_observation() const noexcept {
        return layout_ != Layout::time_series;
    }
    [[nodiscard]] std::string const& area_key_of(store::AreaNo area) const {
        return view_->areas->by_number.at(area).key;
    }
    [[nodiscard]] Key key_of(std::uint32_t indicator, store::AreaNo area, std::uint8_t frequency,
                             TimePeriod const* period = nullptr) const {
        return {indicator, area, frequency, place_of(area), period};
    }
    /// Code at a position of a key.
    [[nodiscard]] std::string_view code_of(Key const& key, std::size_t position) const;
    /// UNIT_MULT, AREA_LIST and AREA_LEVEL, as far as they are shown.
    void append_series_attributes(std::string& out, Key const& key);
    void append_dataset_attributes(std::string& out);
    [[nodiscard]] std::string attribute_of_dataset(Attribute attribute) const;

    void set_layout(Layout layout) noexcept { layout_ = layout; }
    /// begin_section() and row() say more of an area than its key.
    void describe_areas() noexcept { has_moulds_ = false; }
    /// Series attributes are part of every row, whatever the layout.
    void put_attributes_in_rows() noexcept { attributes_in_rows_ = true; }
    /// The period also stands inside of the row, in front of row_rest().
    void split_rows() noexcept { splits_rows_ = true; }
    /// What ends an observation is made anew: it differs from part to part.
    void forget_ends();
    /// OBS_LO, OBS_HI and FIGURE_ID are numbers of a list.
    void count_texts() noexcept { counts_texts_ = true; }
    /// Calls `each` for every series of every part. Small answers are kept for the passes that follow.
    void go_through(store::Store const& store, std::function<void(query::Series const&)> const& each);
    [[nodiscard]] store::State const& state(store::StateNo no) const;

    /// In the order of the observation: the number in a list of what a state, period or vintage says.
    std::uint64_t low_count_ = 0, high_count_ = 0, figure_count_ = 0;

  private:
    struct PeriodTexts {
        TimePeriod period;
        Opening opening;
        Piece plain;  ///< the period alone
        Piece middle; ///< TERR_STATE
        Piece figure; ///< in a figure id
        Piece gap;    ///< end of an observation with a number and beginning of the next; without attributes
        Piece joined; ///< of the rows of one mould: what stands behind the area, and the opening
        std::uint64_t joined_of = 0;
        std::uint32_t next = 0;
        // Behind the number, joined: for the state, vintage and attributes of the series that it was made of.
        std::uint64_t tail_attributes = 0, missed_in = 0;
        store::StateNo tail_state = 0;
        VintageNo tail_vintage = 0;
        bool tail_has_number = false;
        Piece tail, tail_end; ///< up to the figure id, and from there on
        [[nodiscard]] bool has_tail_for(Packed const& packed, std::uint64_t attributes) const noexcept {
            return tail_state == packed.state && tail_vintage == packed.vintage &&
                   tail_attributes == attributes;
        }
    };
    /// What the attributes of a series follow from.
    struct SeriesKind {
        int multiplier;
        CodeList list;
        AreaLevel level;
        friend bool operator==(SeriesKind const&, SeriesKind const&) = default;
    };
    /// A text of a series: what stands in front of its area, the area, and what stands behind. The two were made for
    /// series before: reading back what was just written holds the processor up until all of its stores are done,
    /// which takes as long as ten observations.
    struct SeriesText {
        char const* head = nullptr;
        std::size_t head_size = 0;
        bool has_area = false;
        char const* rest = nullptr;
        std::size_t rest_size = 0;
        [[nodiscard]] bool empty() const noexcept { return head_size == 0; }
    };
    struct Split {
        Piece head, rest;
        bool has_area = false;
        [[nodiscard]] SeriesText text() const noexcept {
            return {head.data(), head.size(), has_area, rest.data(), rest.size()};
        }
    };
    /// Texts of the series of one indicator that differ in their area alone.
    struct Mould {
        std::uint64_t part = 0; ///< counts parts; 0 = not made
        std::uint64_t no = 0;   ///< counts moulds; another one whenever it is made anew
        std::uint32_t indicator = 0;
        std::uint8_t frequency = 0;
        bool is_usable = false;
        SeriesKind kind{};
        Split section, row, lead, figure;
    };
    /// Of some indicators, of which one has it at a time. The first series of an indicator is written without: where one
    /// area is asked for there is no second.
    struct MouldPlace {
        std::uint64_t part = 0;
        std::uint32_t indicator = 0;
        std::unique_ptr<Mould> mould;
    };
    /// A period of the last series.
    struct RunPeriod {
        TimePeriod period;
        std::uint32_t number = 0; ///< in periods_
        /// What stands between the area of a row, or the number before, and the number: PeriodTexts::joined or gap.
        char const* text = nullptr;
        std::size_t size = 0;
    };
    struct AlikeRun {
        std::span<Packed const> observations;
        std::span<RunPeriod const> periods;
        std::uint64_t numbered = 0; ///< Renderer::numbered_
        unsigned scale = 0;
        bool has_rows = false;
        std::size_t skip = 0; ///< of the first text: the end of a number that was not written
        std::size_t written = 0;
    };
    struct TailedRun {
        std::span<Packed const> observations;
        std::span<RunPeriod const> periods;
        bool is_joined = false, has_figure = false;
        std::size_t written = 0;
    };
    struct StateTexts {
        bool is_made = false, has_number = false, has_bounds = false;
        Decimal below, above;
        Piece before, between, after;
        Piece all; ///< where no attribute is shown: everything behind the number
    };
    struct VintageTexts {
        bool is_made = false;
        Piece middle, end;
    };
    struct CrossEntry {
        std::uint32_t indicator;
        store::AreaNo area;
        std::uint8_t frequency;
        Packed packed;
    };
    struct Recorded {
        std::size_t part;
        std::uint32_t indicator;
        store::AreaNo area;
        std::uint8_t frequency;
        std::size_t begin, count;
        std::uint64_t periods; ///< query::Series::periods
    };

    void step(Out& out, store::Store const& store);
    void prepare_once(store::Store const& store);
    bool pull(Out& out, store::Store const& store);
    bool take(Out& out, query::Series const& series);
    void open_cursor(bool periods_only);
    void record(query::Series const& series);
    void read_sorted(store::Store const& store);
    void sort_part(std::size_t begin);
    void cut_part(std::size_t begin, std::uint64_t offset, std::optional<std::uint64_t> limit);
    void write_series(Out& out, query::Series const& series);
    void write_observations(Out& out, query::Series const& series, bool is_deleted);
    void write_one_by_one(Out& out, std::span<Packed const> observations, bool is_deleted);
    void follow_periods(query::Series const& series);
    void write_lean_run(Out& out, std::span<Packed const> observations, std::span<RunPeriod const> periods);
    void write_run(Out& out, std::span<Packed const> observations, std::span<RunPeriod const> periods);
    template <bool is_scaled, bool has_rows>
    char* write_alike(char* at, AlikeRun& run) const noexcept;
    char* write_alike_of_any(char* at, AlikeRun& run) const noexcept;
    /// Whether the texts of a state are made and it has a number; false also for those beyond state_bits.
    static bool is_numbered(std::uint64_t numbered, store::StateNo state) noexcept {
        return state < state_bits && ((numbered >> state) & 1U) != 0;
    }
    char* write_alike_bmi2(char* at, AlikeRun& run) const noexcept;
    char* write_alike(char* at, AlikeRun& run) const noexcept;
    char* write_tailed_of_any(char* at, TailedRun& run) const noexcept;
    char* write_tailed_bmi2(char* at, TailedRun& run) const noexcept;
    char* write_tailed(char* at, TailedRun& run) const noexcept;
    bool make_tail(PeriodTexts& period, Packed const& packed);
    void join_texts(std::size_t count, bool is_joined);
    /// Makes the texts that the observation needs.
    void prepare_texts(Packed const& packed);
    // Into room that was made; they return the end.
    static char* put_text(char* at, SeriesText const& text, AreaBlock const& area) noexcept;
    char* put_row(char* at, PeriodTexts const& period) const;
    char* write_observation(char* at, Packed const& packed, Opening const& opening,
                            PeriodTexts const& period);
    char* write_bounds(char* at, Packed const& packed, StateTexts const& texts);
    void keep_cross(query::Series const& series);
    bool write_cross(Out& out);
    [[nodiscard]] std::weak_ordering compare_sections(CrossEntry const& a, CrossEntry const& b,
                                                      std::size_t position) const;
    void write_cross_section(Out& out, std::span<CrossEntry const> section, std::size_t position);
    void start_texts(Key const& key);
    bool use_mould(Key const& key);
    void make_mould(Mould& mould, Key const& key);
    void split(Split& into);
    void make_texts(Split& section, Split& row, Split& lead, Split& figure, Key const& key);
    void set_texts(Split const& section, Split const& row, Split const& lead, Split const& figure) noexcept;
    void append_figure_area(std::string& out, Key const& key);
    [[nodiscard]] query::AreaTable::Entry const* place_of(store::AreaNo area) const;
    void start_attributes(Key const& key);
    std::uint32_t period_number(TimePeriod const& period);
    StateTexts const& state_texts(store::StateNo no);
    VintageTexts const& vintage_texts(VintageNo no);
    void make_opening(Opening& opening, std::string_view dimension, std::string_view code);
    [[nodiscard]] std::size_t bound() const noexcept;

    StoreLease lease_;
    query::DatasetViewPtr view_;
    query::Selection selection_;
    MessageOptions options_;
    std::vector<query::Part> parts_;
    std::vector<std::string> ids_;
    Layout layout_ = Layout::time_series;
    bool attributes_in_rows_ = false, counts_texts_ = false, splits_rows_ = false,
         any_observation_attribute_ = false;

    enum class Phase : std::uint8_t { prepare, pass, part, series, cross, end_part, end_pass, done };
    Phase phase_ = Phase::prepare;
    std::size_t pass_ = 0, part_ = 0;
    std::unique_ptr<query::Cursor> cursor_;

    std::vector<PeriodTexts> periods_;
    std::unordered_map<std::int64_t, std::vector<std::uint32_t>> period_numbers_;
    std::uint32_t last_period_ = 0;
    std::vector<StateTexts> states_;
    static constexpr unsigned state_bits = 64;
    std::uint64_t numbered_ = 0; ///< a bit for each of the first state_bits that is made and has a number
    std::vector<VintageTexts> vintages_;
    std::vector<MouldPlace> moulds_;
    bool has_moulds_ = true;
    std::uint64_t parts_begun_ = 1, moulds_made_ = 0;
    std::uint64_t mould_ = 0, last_mould_ = 0; ///< Mould::no of this series and of the one before; 0 = none
    mutable std::size_t place_at_ = 0;         ///< of the last area, in the table
    Split fresh_section_, fresh_row_, fresh_lead_, fresh_figure_; ///< of the one series that no mould fits
    SeriesText section_, row_, figure_;
    SeriesText lead_;              ///< without attributes: what ends a number, and row_
    AreaBlock area_, figure_area_; ///< figure ids hold its key, whatever the format calls it elsewhere
    Piece row_rest_, attributes_, deleted_end_;
    Piece number_end_;                        ///< without attributes: behind a number
    std::optional<SeriesKind> attributes_of_; ///< attributes_
    std::vector<RunPeriod> run_periods_;
    std::size_t run_known_ = 0;       ///< of them, so many say what they are
    std::uint64_t run_of_ = 0;        ///< query::Series::periods of the last series
    std::uint64_t joined_of_ = 0;     ///< mould of their texts; 0 = those between numbers
    std::size_t joined_to_ = 0;       ///< so many have texts
    std::uint64_t run_ = 1;           ///< counts series
    std::uint64_t attributes_no_ = 1; ///< counts changes of attributes_, and of what ends an observation
    std::string scratch_;
    std::size_t longest_ = 0;

    // Series of cross sections, until those of one area, or of one indicator, are together.
    std::vector<CrossEntry> cross_;
    std::size_t cross_last_ = 0;   ///< where the last area, or indicator, begins
    std::size_t cross_at_ = 0;     ///< written up to here
    std::size_t cross_sorted_ = 0; ///< sorted up to here
    bool is_part_over_ = false;
    std::vector<Recorded> recorded_;
    std::vector<Packed> recorded_observations_;
    std::vector<std::unique_ptr<store::State>> known_states_;
    bool is_recorded_ = false;
    std::size_t recorded_at_ = 0;
};

} // namespace gateway::sdmx::data
