// Deliveries: what an office pushed, where it stands, and every step it took.
//
// Source   docs/adr/0018-deliveries-beside-the-store.md
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/document.hpp"
#include "gateway/core/observation.hpp"

namespace gateway::intake {

enum class Stage : std::uint8_t {
    received,  ///< the bytes are here, whole and durable
    checked,   ///< the report is made; waits for whoever releases it, or for its minute
    held,      ///< the brake or a missing second pair of eyes stops it
    released,  ///< readers see it
    withdrawn, ///< recalled after its release, or taken back before
    refused,   ///< cannot be used at all: the report says why
};
std::string_view name_of(Stage stage) noexcept; ///< "received", ...
std::optional<Stage> stage_from(std::string_view name) noexcept;

/// Who acts: "key k7f3a09c2", "certificate CN=LSN", "operator anna", "gateway".
using Actor = std::string;

struct Step {
    UnixTime time = 0;
    Stage stage = Stage::received;
    Actor who;
    std::string why;
};

/// What the sender says with the file.
struct Wish {
    bool accept_rest = false; ///< release sound rows although others are set aside
    bool full = false;        ///< the file is all there is: absent rows are deletions
    std::string embargo;      ///< "2026-12-01 08:00" in the agreement's time zone; empty = at once
    std::string comment;      ///< published as change note
    std::string reason;       ///< for what needs one: secret before, a number now; beyond the brake
    std::optional<std::string> replaces; ///< delivery whose rows it corrects
};

struct Delivery {
    std::string id; ///< "D-2026-000017"
    std::string agreement;
    std::string file; ///< as the sender calls it
    std::string sha256;
    std::uint64_t bytes = 0;
    Actor sender;
    UnixTime received = 0;
    Stage stage = Stage::received;
    Wish wish;
    std::optional<UnixTime> release_at; ///< the embargo as an instant
    bool release_wanted = false;        ///< somebody said: release it (at its minute, where it has one)
    std::string dataset;                ///< after the check
    std::optional<VintageNo> vintage;   ///< after the release
    std::vector<Step> steps;
};

} // namespace gateway::intake
