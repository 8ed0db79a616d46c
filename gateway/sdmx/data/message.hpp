// Data messages: series of the store in every format of SDMX, made a piece at a time.
//
// Texts    of series, periods, states and vintages are rendered once and copied; numbers go from packed digits to
//          text, exactly as published. Memory does not grow with the answer.
// Missing  a figure without a number has no OBS_VALUE: no element or attribute in SDMX-ML, null in SDMX-JSON, an
//          empty field in SDMX-CSV. MISSING_REASON says why.
// Attributes OBS_STATUS, CONF_STATUS, PROTECTION, OBS_LO, OBS_HI, SRC_SIGN, MISSING_REASON, TERR_STATE, VINTAGE,
//          RETRIEVED and FIGURE_ID at the observation; UNIT_MULT, AREA_LIST and AREA_LEVEL at the series (at the
//          observation where TIME_PERIOD is not the dimension there); SOURCE_TABLE and LICENCE at the data set.
// Bytes    the same question to the same content gives the same bytes, but for MessageOptions::prepared.
// Threads  a writer has one user at a time
// Errors   SdmxError semantic for options that the format cannot do, too_large for more to sort than sort_limit; what reading throws; overflow for a bound
//          that 64 bits do not hold
// Source   SDMX 2.1 and 3.0; SDMX-JSON data message 1.0.0 and 2.0.0; SDMX-CSV 1.0 and 2.0
#pragma once

#include <bitset>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/query/cursor.hpp"
#include "gateway/sdmx/data/format.hpp"

namespace gateway::sdmx::data {

enum class Attribute : std::uint8_t {
    obs_status,
    conf_status,
    protection,
    obs_lo,
    obs_hi,
    src_sign,
    missing_reason,
    unit_mult,
    area_list,
    area_level,
    terr_state,
    source_table,
    vintage,
    retrieved,
    licence,
    figure_id,
};
inline constexpr std::size_t attribute_count = 16;
using Attributes = std::bitset<attribute_count>;
std::string_view id_of(Attribute attribute) noexcept; ///< "OBS_STATUS"
/// Attributes at one level: 'o' observation, 's' series, 'd' data set.
Attributes attributes_at(char level) noexcept;

/// What of each series is shown.
struct Shown {
    Attributes attributes = Attributes{}.set();
    bool observations = true; ///< false: keys of series, with the attributes of series and data set
    bool value = true;
    static Shown full() { return {}; }
    static Shown data_only() { return {Attributes{}, true, true}; }
    static Shown no_data();
    static Shown series_keys_only() { return {Attributes{}, false, false}; }
};

/// What things are called. Empty = no name; the id stands in its place.
class Names {
  public:
    Names() = default;
    Names(Names const&) = delete;
    Names& operator=(Names const&) = delete;
    virtual ~Names() = default;
    /// Of a dimension, attribute or measure: "Geschlecht".
    [[nodiscard]] virtual std::string component(std::string_view id, std::string_view language) const = 0;
    /// Of a code of a component; areas by area_key().
    [[nodiscard]] virtual std::string code(std::string_view component, std::string_view code,
                                           std::string_view language) const = 0;
};
/// Labels of the source, and general words where it has none.
std::shared_ptr<Names const> names_of(query::DatasetViewPtr const& view);

/// What the order goes by.
struct SortTerm {
    std::string component; ///< a dimension or TIME_PERIOD
    bool is_descending = false;
    friend bool operator==(SortTerm const&, SortTerm const&) = default;
};

/// At most so many observations (series, where none are shown) are put in an order.
inline constexpr std::size_t sort_limit = 1'000'000;

/// Several dataflows in one message: what their writers know of each other.
struct Companions {
    std::vector<query::DatasetViewPtr> views;
    std::vector<std::string> structures; ///< SDMX-JSON 2.0: the text of each, before the first is written
    std::size_t data_sets = 0;           ///< SDMX-JSON: of the structures so far
    bool has_data_set = false;           ///< SDMX-JSON: one was written
};

struct MessageOptions {
    MediaChoice media;
    Shown shown;
    /// The first decides most; empty = the order of the store. Time series are ordered among each other by their
    /// dimensions, and each by TIME_PERIOD; rows and flat observations by everything.
    std::vector<SortTerm> sort;
    /// TIME_PERIOD, AllDimensions, or a dimension. SDMX-CSV has no such thing and passes it over.
    std::string dimension_at_observation = "TIME_PERIOD";
    std::vector<std::string> languages = {"de", "en"}; ///< in the reader's order; the first decides
    std::string id = "DATA";                           ///< of the message: A-Z a-z 0-9 _ -
    std::string prepared;                              ///< "2026-11-26T05:00:00Z"
    std::string entry_point;            ///< for links: "https://statistik.example/sdmx/v1"; empty = none
    std::shared_ptr<Names const> names; ///< null = names_of(view)
    std::shared_ptr<Companions> companions = {}; ///< null = the message is of one dataflow
    std::size_t place = 0;                       ///< among the companions
    [[nodiscard]] bool begins_message() const noexcept { return place == 0; }
    [[nodiscard]] bool ends_message() const noexcept {
        return !companions || place + 1 == companions->views.size();
    }
};

/// A store for the time of one call: whoever keeps several hands one out and takes it back with the pointer.
using StoreLease = std::function<std::shared_ptr<store::Store const>()>;
/// A store that outlives the writer.
StoreLease lease_of(store::Store const& store);

class DataWriter {
  public:
    DataWriter() = default;
    DataWriter(DataWriter const&) = delete;
    DataWriter& operator=(DataWriter const&) = delete;
    virtual ~DataWriter() = default;
    /// Appends the next piece, some 128 KiB; false where nothing is left (then nothing was appended).
    virtual bool next(std::string& out) = 0;
    /// Reads what must be known before the message begins; next() would do it.
    virtual void read_ahead() {}
};

/// \throws SdmxError semantic
std::unique_ptr<DataWriter> make_writer(StoreLease lease, query::DatasetViewPtr view,
                                        query::Selection selection, MessageOptions options);

/// A question to one dataflow, and how it is answered.
struct Question {
    query::DatasetViewPtr view;
    query::Selection selection;
    MessageOptions options;
};
/// One message of several dataflows; media type, id and time of the first count. SDMX-CSV has the dimensions of all
/// of them as columns, empty where a dataflow does not have one. One question is answered as make_writer() does.
/// \throws SdmxError semantic for SDMX-JSON before 2.0, which holds one structure
std::unique_ptr<DataWriter> make_writer(StoreLease const& lease, std::vector<Question> questions);

/// True where the answer would hold no series: v1 answers 404 then.
bool is_empty(store::Store const& store, query::DatasetViewPtr const& view,
              query::Selection const& selection);

/// The whole message, for tests and small answers.
std::string write_message(store::Store const& store, query::DatasetViewPtr view, query::Selection selection,
                          MessageOptions options);

} // namespace gateway::sdmx::data
