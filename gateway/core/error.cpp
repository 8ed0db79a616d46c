#include "gateway/core/error.hpp"

namespace gateway {

std::string_view to_string(Errc code) noexcept {
    switch (code) {
    case Errc::malformed: return "malformed";
    case Errc::short_row: return "short_row";
    case Errc::long_row: return "long_row";
    case Errc::stub_row: return "stub_row";
    case Errc::repaired_row: return "repaired_row";
    case Errc::field_too_long: return "field_too_long";
    case Errc::unknown_sign: return "unknown_sign";
    case Errc::unknown_code: return "unknown_code";
    case Errc::unknown_variable: return "unknown_variable";
    case Errc::unknown_unit: return "unknown_unit";
    case Errc::unknown_time: return "unknown_time";
    case Errc::unknown_area: return "unknown_area";
    case Errc::label_mismatch: return "label_mismatch";
    case Errc::wrong_decimal_mark: return "wrong_decimal_mark";
    case Errc::overflow: return "overflow";
    case Errc::duplicate_key: return "duplicate_key";
    case Errc::missing_territory: return "missing_territory";
    case Errc::level_not_loaded: return "level_not_loaded";
    case Errc::level_vanished: return "level_vanished";
    case Errc::shifted_labels: return "shifted_labels";
    case Errc::lost_zeros: return "lost_zeros";
    case Errc::ambiguous_number: return "ambiguous_number";
    case Errc::out_of_range: return "out_of_range";
    case Errc::part_exceeds_whole: return "part_exceeds_whole";
    case Errc::exceeds_population: return "exceeds_population";
    case Errc::total_mismatch: return "total_mismatch";
    case Errc::outside_validity: return "outside_validity";
    case Errc::sudden_change: return "sudden_change";
    case Errc::incomplete: return "incomplete";
    case Errc::personal_data: return "personal_data";
    case Errc::unsupported_format: return "unsupported_format";
    case Errc::empty_cell: return "empty_cell";
    case Errc::empty_document: return "empty_document";
    case Errc::structure_changed: return "structure_changed";
    case Errc::truncated: return "truncated";
    case Errc::checksum: return "checksum";
    case Errc::too_large: return "too_large";
    case Errc::wrong_charset: return "wrong_charset";
    case Errc::not_a_table: return "not_a_table";
    case Errc::source_unavailable: return "source_unavailable";
    case Errc::source_refused: return "source_refused";
    case Errc::not_found: return "not_found";
    case Errc::invalid_argument: return "invalid_argument";
    case Errc::io: return "io";
    case Errc::corrupt_store: return "corrupt_store";
    case Errc::conflict: return "conflict";
    }
    return "unknown";
}

std::string_view to_string(Severity severity) noexcept {
    switch (severity) {
    case Severity::info: return "info";
    case Severity::warning: return "warning";
    case Severity::error: return "error";
    }
    return "unknown";
}

} // namespace gateway
