// Marks that are proven while rows are read, without a survey of the whole table before.
//
// A figure is read at once where its column as a whole cannot read it otherwise: without marks and blanks it is the
// same whatever the marks are; with the decimal mark alone, once that is proven; with thousands marks beside a proven
// decimal mark. For anything else the whole table is surveyed first, once. A text that contradicts always comes by
// here, and the survey then names both.
#include <utility>

#include "adapters/table/state.hpp"

namespace adapters::table {
namespace {

/// What stands in a text, looked at once.
struct Letters {
    explicit Letters(std::string_view text) noexcept {
        constexpr std::size_t most = 16;
        plain = text.size() <= most;
        for (std::size_t i = 0; i < text.size(); ++i) {
            auto const c = text[i];
            auto const place = i + most - text.size();
            if (c >= '0' && c <= '9') {
                digit = true;
            } else if (c == '.' || c == ',') {
                (c == '.' ? point : comma) = true;
                if (plain) (c == '.' ? points : commas) |= 1U << place;
            } else if (c == '\'' || c == ' ' || c == '\t' || c == '\xC2' || c == '\xE2') {
                blank = true;
            } else if (i != 0 || c != '-') {
                plain = false;
            }
        }
    }
    bool digit = false, point = false, comma = false;
    bool blank = false;              ///< or an apostrophe: what may part thousands besides a mark
    bool plain = false;              ///< short, with nothing else but '-' in front
    unsigned points = 0, commas = 0; ///< as MarkEvidence::knows() has them, where it is plain
};

} // namespace

void TableReader::State::survey_now() {
    auto const survey = std::exchange(survey_all, nullptr);
    survey();
    for (auto& column : values_) set_up_marks(column);
}

void TableReader::State::settle_marks(ValueColumn& column, Field const* field, std::uint64_t line) {
    if (!column.settling || field == nullptr || field->kind != FieldKind::text) return;
    auto text = field->text;
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    Letters const letters{text};
    // Without digits it is a sign, without marks and blanks a number or none, whatever the marks are.
    if (!letters.digit || !(letters.point || letters.comma || letters.blank)) return;
    if (letters.blank) return survey_now();
    if (letters.plain && column.marks.decimal != '\0' &&
        column.evidence->knows(letters.points, letters.commas))
        return;
    column.evidence->look(text, line);
    auto const marks = column.evidence->certain({layout.decimal, layout.thousands});
    if (!marks) return survey_now();
    bool const has_other = marks->decimal == '.' ? letters.comma : letters.point;
    if (has_other && marks->thousands != (marks->decimal == '.' ? ',' : '.')) return survey_now();
    if (*marks == column.marks) return;
    column.marks = *marks;
    column.quick_marks = QuickMarks{*marks};
}

} // namespace adapters::table
