#include "gateway/feed/csv_de.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "gateway/feed/german.hpp"
#include "gateway/feed/rows.hpp"

namespace gateway::feed {
namespace {

constexpr std::size_t flush_bytes = std::size_t{64} << 10U;
constexpr std::size_t formula_text_limit = 255;

// Words that Excel (German or English) accepts beside digits in a date, time, currency or exponent.
constexpr std::array<std::string_view, 43> number_words{
    "e",       "a",     "p",        "am",       "pm",       "€",         "eur",     "jan",     "januar",
    "january", "feb",   "februar",  "february", "mär",      "mrz",       "mar",     "märz",    "march",
    "apr",     "april", "mai",      "may",      "jun",      "juni",      "june",    "jul",     "juli",
    "july",    "aug",   "august",   "sep",      "sept",     "september", "okt",     "oktober", "oct",
    "october", "nov",   "november", "dez",      "dezember", "dec",       "december"};
constexpr std::array<std::string_view, 4> truth_words{"wahr", "falsch", "true", "false"};

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

bool is_word_byte(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}

std::string lower(std::string_view text) {
    std::string out{text};
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

std::string_view without_blanks(std::string_view text) noexcept {
    auto const first = text.find_first_not_of(" \t\r\n");
    return first == std::string_view::npos ? std::string_view{} : text.substr(first);
}

/// A text that spreadsheets run: =, +, -, @, also in their full-width forms. '-' alone is a sign, not a
/// formula.
bool is_formula(std::string_view text) noexcept {
    constexpr std::array<std::string_view, 8> starts{"=", "+", "-", "@", "＝", "＋", "－", "＠"};
    if (text == "-") return false;
    return std::any_of(starts.begin(), starts.end(),
                       [text](std::string_view start) { return text.substr(0, start.size()) == start; });
}

/// A text that Excel turns into a number, date or time: a digit, and no word that such things do not have.
bool is_convertible(std::string_view text) {
    bool digit = false;
    for (std::size_t i = 0; i < text.size();) {
        if (!is_word_byte(text[i])) {
            digit = digit || is_digit(text[i]);
            ++i;
            continue;
        }
        auto const start = i;
        while (i < text.size() && is_word_byte(text[i])) ++i;
        auto const word = lower(text.substr(start, i - start));
        if (std::find(number_words.begin(), number_words.end(), word) == number_words.end()) return false;
    }
    return digit;
}

bool needs_guard(std::string_view text) {
    auto const bare = without_blanks(text);
    if (bare.empty()) return false;
    if (is_formula(bare) || is_convertible(bare)) return true;
    auto const word = bare.size() <= 6 ? lower(bare) : std::string{};
    return std::find(truth_words.begin(), truth_words.end(), word) != truth_words.end();
}

void append_quoted(std::string& out, std::string_view text) {
    out.push_back('"');
    for (char const c : text) {
        if (c == '"') out.push_back('"');
        out.push_back(c);
    }
    out.push_back('"');
}

void append_plain(std::string& out, std::string_view text) {
    if (text.find_first_of(";\"\r\n") == std::string_view::npos)
        out.append(text);
    else
        append_quoted(out, text);
}

void append_guarded(std::string& out, std::string_view text) {
    std::string literal;
    if (text.size() > formula_text_limit) {
        literal.append("'").append(text);
    } else {
        literal.push_back('=');
        append_quoted(literal, text);
    }
    append_quoted(out, literal);
}

void append_field(std::string& out, std::string_view text) {
    if (needs_guard(text))
        append_guarded(out, text);
    else
        append_plain(out, text);
}

void append_key(std::string& out, std::string_view text) {
    if (!text.empty() && is_digit(text.front()))
        append_guarded(out, text);
    else
        append_field(out, text);
}

void append_number(std::string& out, Decimal value) {
    std::array<char, max_decimal_chars> digits{};
    auto const* const end = write_decimal(digits.data(), value.mantissa(), value.scale(), ',');
    out.append(std::string_view{digits.data(), static_cast<std::size_t>(end - digits.data())});
}

void append(std::string& out, Field const& field) {
    switch (field.kind) {
    case Field::Kind::empty: break;
    case Field::Kind::text: append_field(out, field.text); break;
    case Field::Kind::key: append_key(out, field.text); break;
    case Field::Kind::ordinal:
    case Field::Kind::number: append_number(out, field.number); break;
    case Field::Kind::date: out.append(date_de(field.day)); break;
    }
}

class CsvDe final : public Writer {
  public:
    CsvDe(ByteSink sink, FeedContext const& context) : sink_(std::move(sink)), rows_(context) {
        buffer_ = "\xEF\xBB\xBF";
        for (auto const& name : rows_.header()) {
            if (buffer_.size() > 3) buffer_.push_back(';');
            append_field(buffer_, name);
        }
        buffer_.append("\r\n");
    }

    void series(SeriesRecord const& record) override {
        rows_.start(record);
        bool first = true;
        for (auto const& observation : record.observations) {
            auto const& fields = rows_.row(observation);
            if (first) render_constant(fields);
            first = false;
            buffer_.append(constant_);
            for (auto i = rows_.constant(); i < fields.size(); ++i) {
                if (i != rows_.constant()) buffer_.push_back(';');
                append(buffer_, fields[i]);
            }
            buffer_.append("\r\n");
            if (buffer_.size() >= flush_bytes) flush();
        }
    }

    void finish() override { flush(); }

  private:
    void render_constant(std::vector<Field> const& fields) {
        constant_.clear();
        for (std::size_t i = 0; i < rows_.constant(); ++i) {
            append(constant_, fields[i]);
            constant_.push_back(';');
        }
    }
    void flush() {
        if (!buffer_.empty()) sink_(buffer_);
        buffer_.clear();
    }

    ByteSink sink_;
    RowMaker rows_;
    std::string buffer_;
    std::string constant_;
};

} // namespace

std::string csv_de_field(std::string_view text) {
    std::string out;
    append_field(out, text);
    return out;
}

std::string csv_de_key(std::string_view text) {
    std::string out;
    append_key(out, text);
    return out;
}

std::unique_ptr<Writer> make_csv_de(ByteSink sink, FeedContext const& context) {
    return std::make_unique<CsvDe>(std::move(sink), context);
}

} // namespace gateway::feed
