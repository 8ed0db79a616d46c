// Loads that become visible together: the write transaction behind LoadGroup.
//
// Each load in it is a savepoint. What was looked up while a mark is undone may be gone, so everything is forgotten then.
//
// Source   https://www.sqlite.org/lang_savepoint.html
// Errors   Error invalid_argument for a mark that is not there, or while a Load is alive; else as gateway/store/sql.hpp
#pragma once

#include "gateway/store/core.hpp"

namespace gateway::store {

class SqliteLoadGroup final : public LoadGroup {
  public:
    explicit SqliteLoadGroup(Core& core);
    SqliteLoadGroup(SqliteLoadGroup const&) = delete;
    SqliteLoadGroup& operator=(SqliteLoadGroup const&) = delete;
    ~SqliteLoadGroup() override;

    std::size_t mark() override;
    void back_to(std::size_t mark) override;
    void commit() override;

  private:
    void require_no_load(char const* what) const;
    void forget() noexcept;
    Core& core_;
    std::size_t marks_ = 0;
    bool open_ = true;
};

} // namespace gateway::store
