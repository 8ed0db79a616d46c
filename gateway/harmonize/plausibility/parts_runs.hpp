// Sums that left memory: sorted runs of them in a temporary file, merged when all have been seen.
//
// A run is what was in memory at one time: groups in the order of their keys, the sums of each by area and period.
// A sum may be in many runs, each time with the parts that came in between. In the file it takes about 12 bytes
// where figures are small and nothing is protected.
//
// Memory   1 MiB before they are written, 150 bytes for each run while they are merged
// Errors   Error io naming the folder that is full
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "gateway/harmonize/plausibility/parts_sum.hpp"
#include "gateway/io/spilled_bytes.hpp"

namespace gateway::harmonize::plausibility {

class PartsRuns {
  public:
    /// `folder` takes the temporary file; empty = that of the system.
    explicit PartsRuns(std::string folder) : bytes_(bytes_in_memory, std::move(folder)) {}

    void begin_run();
    /// Groups ascend within a run by what `rank` of merge() will say of them; so do the keys of `sums`.
    void add(std::uint32_t group, std::span<PartsSum const> sums);
    [[nodiscard]] bool empty() const noexcept { return starts_.empty(); }
    [[nodiscard]] std::size_t count() const noexcept { return starts_.size(); }

    /// Hands out every sum once, by rank of its group and by key, merged in the order of the runs. The last thing
    /// that is done with this object.
    using Each = std::function<void(std::uint32_t group, PartsSum const& sum)>;
    void merge(std::span<std::uint32_t const> rank, Each const& each);

  private:
    static constexpr std::size_t bytes_in_memory = std::size_t{1} << 20U;
    io::SpilledBytes bytes_;
    std::vector<std::size_t> starts_; ///< of the runs
};

} // namespace gateway::harmonize::plausibility
