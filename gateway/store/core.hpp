// The parts of an open store, shared by reading, loading and care.
#pragma once

#include <functional>
#include <memory>

#include "gateway/store/catalog.hpp"
#include "gateway/store/change_log.hpp"
#include "gateway/store/labels.hpp"
#include "gateway/store/new_store.hpp"
#include "gateway/store/numbers.hpp"
#include "gateway/store/sql.hpp"
#include "gateway/store/tables.hpp"

namespace gateway::store {

struct Core {
    Core(std::string const& path, Database::Mode mode)
        : database(path, mode), numbers(database), catalog(database), labels(database),
          by_indicator(database, ChunkTable::Order::by_indicator),
          by_area(database, ChunkTable::Order::by_area), history(database), log(database),
          begin_reading(database, "BEGIN"), end_reading(database, "COMMIT") {}

    /// While somebody else still reads the first document, there is time for it.
    void prepare_load() {
        numbers.prepare_load();
        catalog.prepare_load();
        labels.prepare_load();
        by_indicator.prepare_load();
        by_area.prepare_load();
        log.prepare_load();
    }

    std::unique_ptr<NewStore>
        making; ///< until its first commit, where this store is new; then to be opened anew
    Database database;
    Numbers numbers;
    Catalog catalog;
    Labels labels;
    ChunkTable by_indicator;
    ChunkTable by_area;
    HistoryTable history;
    ChangeLog log;
    Statement begin_reading;
    Statement end_reading;
    std::function<void()> guard; ///< see Store::guard()
    bool loading = false;        ///< a Load is alive
    bool trial = false;          ///< and writes nothing
    bool grouped = false;        ///< a LoadGroup is alive
    bool is_older = false;       ///< an older version of the store, which this connection only reads
    SeriesDecoder decoder;       ///< for reads, through ReadDecoder
    bool decoder_in_use = false;
};

/// Several reads that see one state of the store, also while another process writes. Joins an open one.
class ReadTransaction {
  public:
    explicit ReadTransaction(Core& core);
    ReadTransaction(ReadTransaction const&) = delete;
    ReadTransaction& operator=(ReadTransaction const&) = delete;
    ~ReadTransaction();

  private:
    Core& core_;
    bool own_;
};

/// The decoder of the store, which still knows the periods of the last read, or, for a read inside a read, one
/// of its own.
class ReadDecoder {
  public:
    explicit ReadDecoder(Core& core) : core_(core), owner_(!core.decoder_in_use) {
        core_.decoder_in_use = true;
    }
    ReadDecoder(ReadDecoder const&) = delete;
    ReadDecoder& operator=(ReadDecoder const&) = delete;
    ~ReadDecoder() {
        if (owner_) core_.decoder_in_use = false;
    }
    SeriesDecoder& get() noexcept { return owner_ ? core_.decoder : own_; }

  private:
    Core& core_;
    bool owner_;
    SeriesDecoder own_;
};

/// The one write transaction, or a part of the group that is under way. Without commit() nothing of it remains, and
/// numbers given in it are forgotten. As a trial it holds one state of the store, writes nothing and cannot be
/// committed.
/// \throws Error conflict where this or another process is already writing
class WriteTransaction {
  public:
    explicit WriteTransaction(Core& core, bool is_trial = false);
    WriteTransaction(WriteTransaction const&) = delete;
    WriteTransaction& operator=(WriteTransaction const&) = delete;
    ~WriteTransaction() { abandon(); }
    void commit();
    /// Nothing of it remains; what was committed stays.
    void abandon() noexcept;

  private:
    void begin_trial();
    void give_back();
    Core& core_;
    bool is_trial_;
    bool is_nested_; ///< the SQL transaction is somebody else's
    bool open_ = true;
};

/// Rows of by_indicator that may hold series of `indicator`.
struct KeyRange {
    std::int64_t first = 0;
    std::int64_t last = 0;
};
constexpr KeyRange rows_of(std::uint32_t major) noexcept {
    return {row_key(major, 0), row_key(major, ~std::uint32_t{0})};
}
constexpr KeyRange rows_of(IndicatorNo indicator, AreaLevel level) noexcept {
    auto const first = first_area_of(level);
    return {row_key(indicator, first), row_key(indicator, first + ((1U << area_ordinal_bits) - 1))};
}

} // namespace gateway::store
