// Values that cannot lie.
//
// A Value is a number, or no number with a reason. There is no conversion from one to the other: whoever
// wants the number asks `number()` and handles its absence. Quality is what the source says about the figure:
// SDMX status, confidentiality, protection regime, bounds and the sign exactly as published.
//
// Source   SDMX CL_OBS_STATUS 2.2 and CL_CONF_STATUS 1.3; docs/schema.md for the German signs.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "gateway/core/decimal.hpp"

namespace gateway {

/// Why there is no number.
enum class MissingReason : std::uint8_t {
    confidential,   ///< CONFIDENTIAL    known to the office, not for publication
    unreliable,     ///< UNRELIABLE      sample too small
    pending,        ///< PENDING         will be published later
    not_applicable, ///< NOT_APPLICABLE  the cell makes no sense
    no_territory,   ///< NO_TERRITORY    the area did not exist at that time
    not_loaded,     ///< NOT_LOADED      the source left this level unfilled
    unknown,        ///< UNKNOWN         nothing else is certain
};

/// A number, or no number with a reason; never a stand-in zero.
class Value {
  public:
    static constexpr Value of(Decimal number) noexcept { return Value{number, none}; }
    static constexpr Value missing(MissingReason reason) noexcept {
        return Value{Decimal{}, static_cast<std::uint8_t>(reason)};
    }
    // Neither a number nor a truth value: no silent path from "missing" to 0.
    template <typename T>
    operator T() const = delete;

    [[nodiscard]] constexpr std::optional<Decimal> number() const noexcept {
        return reason_ == none ? std::optional{number_} : std::nullopt;
    }
    [[nodiscard]] constexpr std::optional<MissingReason> reason() const noexcept {
        return reason_ == none ? std::nullopt : std::optional{static_cast<MissingReason>(reason_)};
    }
    [[nodiscard]] constexpr bool is_missing() const noexcept { return reason_ != none; }

    /// Calls `with_number(Decimal)` or `without(MissingReason)`.
    template <typename WithNumber, typename Without>
    constexpr auto visit(WithNumber&& with_number, Without&& without) const {
        return reason_ == none ? std::forward<WithNumber>(with_number)(number_)
                               : std::forward<Without>(without)(static_cast<MissingReason>(reason_));
    }

    /// The same digits, or the same reason.
    friend constexpr bool operator==(Value const& a, Value const& b) noexcept {
        return a.reason_ == b.reason_ && a.number_.same_digits(b.number_);
    }

  private:
    static constexpr std::uint8_t none = 0xFF;
    constexpr Value(Decimal number, std::uint8_t reason) noexcept : number_(number), reason_(reason) {}
    Decimal number_;
    std::uint8_t reason_;
};

/// SDMX CL_OBS_STATUS; the letter is the code.
enum class ObsStatus : char {
    normal = 'A',
    series_break = 'B',
    definition_differs = 'D',
    estimated = 'E',
    cannot_exist = 'M',
    not_significant = 'N',
    missing = 'O',
    provisional = 'P',
    suppressed = 'Q',
    low_reliability = 'U',
};

/// SDMX CL_CONF_STATUS; the letter is the code.
enum class ConfStatus : char {
    free = 'F',
    confidential = 'C',
    primary = 'A',
    secondary_sender = 'D',
    secondary_receiver = 'S',
    not_for_publication = 'N',
};

/// How the office protects small counts; see docs/schema.md for the half-width of each.
enum class Protection : std::uint8_t { none, r3, r5, r10, ckm, safe, suppressed, sample };

/// A quality sign as published, up to 7 bytes ("-", "...", "()", "p"); empty = none.
class Sign {
  public:
    constexpr Sign() = default;
    /// Nothing where `text` is longer than a sign can be.
    static constexpr std::optional<Sign> from(std::string_view text) noexcept {
        Sign sign;
        if (text.size() > sign.text_.size()) return std::nullopt;
        for (std::size_t i = 0; i < text.size(); ++i) sign.text_[i] = text[i];
        sign.size_ = static_cast<std::uint8_t>(text.size());
        return sign;
    }
    [[nodiscard]] constexpr std::string_view text() const noexcept { return {text_.data(), size_}; }
    [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }
    friend constexpr bool operator==(Sign const&, Sign const&) = default;
    friend constexpr auto operator<=>(Sign const&, Sign const&) = default;

  private:
    std::array<char, 7> text_{};
    std::uint8_t size_ = 0;
};

/// Distance of the true value from the published one: it lies in [value - below, value + above].
struct Bounds {
    Decimal below;
    Decimal above;
    friend bool operator==(Bounds const& a, Bounds const& b) noexcept {
        return a.below.same_digits(b.below) && a.above.same_digits(b.above);
    }
};

/// What is said about a figure beside its digits. Few distinct ones exist; stores intern them.
struct Quality {
    ObsStatus status = ObsStatus::normal;
    ConfStatus confidentiality = ConfStatus::free;
    Protection protection = Protection::none;
    Sign sign;
    std::optional<Bounds> bounds;
    friend bool operator==(Quality const&, Quality const&) = default;
};

// Names as they stand in files: "CONFIDENTIAL", "R3". The from_ functions give nothing for unknown names.
std::string_view to_string(MissingReason reason) noexcept;
std::string_view to_string(Protection protection) noexcept;
constexpr char to_char(ObsStatus status) noexcept {
    return static_cast<char>(status);
}
constexpr char to_char(ConfStatus status) noexcept {
    return static_cast<char>(status);
}
std::optional<MissingReason> missing_reason_from(std::string_view name) noexcept;
std::optional<Protection> protection_from(std::string_view name) noexcept;
std::optional<ObsStatus> obs_status_from(std::string_view code) noexcept;
std::optional<ConfStatus> conf_status_from(std::string_view code) noexcept;

/// Half-width of a protection regime in units of the last published digit: R3 1, R5 2, R10 5; others none.
std::optional<Bounds> protection_bounds(Protection protection) noexcept;

} // namespace gateway
