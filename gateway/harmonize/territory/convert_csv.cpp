#include "gateway/harmonize/territory/convert_csv.hpp"

#include <algorithm>
#include <cmath>

namespace gateway::harmonize::territory {
namespace {

constexpr std::size_t absent = static_cast<std::size_t>(-1);

std::string listed(std::span<std::string const> names) {
    std::string text;
    for (auto const& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

/// Whether the numbers of a column look like percentages: with fractions, none beyond 0..100.
class Looks {
  public:
    void see(Amount const& amount) {
        if (!amount.is_number()) return;
        ++numbers_;
        // Most columns are settled by their first number.
        if (outside_ > 0) return;
        auto const number = amount.value();
        if (number < 0 || number > 100) ++outside_;
        if (std::floor(number) != number) ++fractions_;
    }
    [[nodiscard]] bool like_percentages() const {
        return numbers_ >= 5 && outside_ == 0 && 2 * fractions_ > numbers_;
    }

  private:
    std::uint64_t numbers_ = 0, outside_ = 0, fractions_ = 0;
};

class Feeder {
  public:
    Feeder(std::string_view bytes, CsvInput const& input, Conversion& conversion)
        : input_(input), conversion_(conversion), request_(conversion.plan().request()),
          csv_(bytes, input.name, input.delimiter) {}
    CsvFindings run();

  private:
    std::size_t column(std::string const& name, char const* option) const;
    void find_columns();
    void refuse_ratios() const;
    void refuse_thousands() const;
    void settle_mark(std::string_view text);
    void read_amounts();
    [[noreturn]] void refuse(std::string const& value, char const* why) const;

    CsvInput const& input_;
    Conversion& conversion_;
    ConvertRequest const& request_;
    io::CsvReader csv_;
    std::vector<std::string> names_;
    std::size_t key_ = 0, time_ = 0;
    std::size_t name_ = absent; ///< names of areas, where a column is called so
    std::vector<std::size_t> strata_, values_, statuses_, attributes_;
    std::vector<Looks> looks_;
    std::vector<Amount> amounts_;
    char mark_ = '\0'; ///< '\0' until a number shows it
    CsvFindings findings_;
    std::uint64_t like_thousands_ = 0,
                  like_decimals_ = 0; ///< numbers with a point, where the delimiter is no comma
    std::string first_like_thousands_;
};

std::size_t Feeder::column(std::string const& name, char const* option) const {
    auto const found = std::find(names_.begin(), names_.end(), name);
    if (found == names_.end())
        throw Error{Errc::not_found, csv_.name() + ": no column '" + name + "' (" + option +
                                         "); the header has: " + listed(names_)};
    if (std::find(found + 1, names_.end(), name) != names_.end())
        throw Error{Errc::malformed,
                    csv_.name() + ": the header has two columns '" + name + "' (" + option + ")"};
    return static_cast<std::size_t>(found - names_.begin());
}

void Feeder::find_columns() {
    key_ = column(input_.key_column, "--key");
    time_ = column(input_.time_column, "--time");
    for (auto const& name : request_.strata) strata_.push_back(column(name, "--strata"));
    for (auto const& name : request_.values) {
        values_.push_back(column(name, "--value"));
        auto const status = std::find(names_.begin(), names_.end(), name + "_status");
        statuses_.push_back(status == names_.end() ? absent
                                                   : static_cast<std::size_t>(status - names_.begin()));
    }
    for (auto const& name : request_.attributes) attributes_.push_back(column(name, "--kind attribute"));
    for (char const* const known :
         {"name", "Name", "NAME", "Bezeichnung", "bezeichnung", "Kreisname", "kreisname", "Gemeindename",
          "gemeindename", "Kreis", "Gemeinde", "label"})
        if (auto const at = std::find(names_.begin(), names_.end(), known);
            at != names_.end() && name_ == absent)
            name_ = static_cast<std::size_t>(at - names_.begin());
    if (name_ == key_) name_ = absent;
    looks_.resize(values_.size());
    amounts_.resize(values_.size());
}

void Feeder::refuse(std::string const& value, char const* why) const {
    throw Error{
        Errc::invalid_argument,
        csv_.name() + ": column " + value + " " + why +
            ", and percentages, rates, means and medians cannot be added up. Give its components and let "
            "it be computed anew: --value NUM --value DEN --ratio " +
            value + "=NUM/DEN. If it is a count nevertheless: --kind " + value + "=count"};
}

void Feeder::refuse_ratios() const {
    if (request_.mode == Mode::ags) return;
    for (std::size_t v = 0; v < values_.size(); ++v) {
        auto const& name = request_.values[v];
        if (std::find(request_.counts.begin(), request_.counts.end(), name) != request_.counts.end())
            continue;
        if (names_a_ratio(name)) refuse(name, "is a ratio or mean by its name");
        if (looks_[v].like_percentages())
            refuse(name, "looks like percentages (fractions between 0 and 100)");
    }
}

void Feeder::refuse_thousands() const {
    if (request_.mode == Mode::ags || input_.decimal_mark || like_thousands_ == 0 || like_decimals_ > 0)
        return;
    throw Error{Errc::wrong_decimal_mark, csv_.name() + ": " + first_like_thousands_ +
                                              " can be a thousand or a decimal, and all numbers with a point "
                                              "are like it. Write thousands without "
                                              "marks, or say with --input-decimal . that these are decimals"};
}

void Feeder::settle_mark(std::string_view text) {
    if (csv_.delimiter() == ',') {
        mark_ = '.';
        return;
    }
    auto const comma = text.find(',');
    auto const point = text.find('.');
    if (comma != std::string_view::npos && point == std::string_view::npos && text.size() > 1) mark_ = ',';
    if (point != std::string_view::npos && comma == std::string_view::npos && text.size() > 1 &&
        text != "...")
        mark_ = '.';
}

void Feeder::read_amounts() {
    auto const fields = csv_.fields();
    for (std::size_t v = 0; v < values_.size(); ++v) {
        auto const text = fields[values_[v]];
        if (mark_ == '\0') settle_mark(text);
        auto& amount = amounts_[v];
        amount = amount_from(text, mark_ == '\0' ? '.' : mark_);
        if (statuses_[v] != absent) amount.estimated = fields[statuses_[v]] == "estimated";
        if (mark_ == '.' && amount.kind == Amount::Kind::exact && amount.digits.scale() > 0 &&
            csv_.delimiter() != ',') {
            auto const size = std::abs(amount.digits.mantissa());
            bool const thousands = amount.digits.scale() == 3 && size >= 1'000 && size < 1'000'000;
            if (thousands && like_thousands_++ == 0)
                first_like_thousands_ = "line " + std::to_string(csv_.line()) + ", " + request_.values[v] +
                                        ": '" + std::string{text} + "'";
            if (!thousands) ++like_decimals_;
        }
        if (request_.protection != Protection::none) protect(amount, request_.protection);
        looks_[v].see(amount);
        if (amount.kind == Amount::Kind::unreadable && findings_.unreadable++ == 0)
            findings_.first_unreadable = "line " + std::to_string(csv_.line()) + ", " + request_.values[v] +
                                         ": '" + std::string{text} + "'";
    }
}

CsvFindings Feeder::run() {
    if (input_.decimal_mark) mark_ = *input_.decimal_mark;
    if (!csv_.next()) throw Error{Errc::empty_document, csv_.name() + ": the file is empty"};
    for (auto const field : csv_.fields()) names_.emplace_back(field);
    find_columns();
    std::vector<std::uint32_t> codes(strata_.size());
    std::vector<std::string_view> texts(attributes_.size());
    std::string last_time;
    std::uint32_t time = 0;
    bool any = false;
    while (csv_.next()) {
        auto const fields = csv_.fields();
        if (fields.size() != names_.size())
            throw Error{Errc::malformed, csv_.name() + ":" + std::to_string(csv_.line()) + ": " +
                                             std::to_string(fields.size()) + " fields where the header has " +
                                             std::to_string(names_.size())};
        if (!any || fields[time_] != last_time) {
            last_time = fields[time_];
            time = conversion_.time(last_time);
            any = true;
        }
        for (std::size_t s = 0; s < strata_.size(); ++s)
            codes[s] = conversion_.strata().code(s, fields[strata_[s]]);
        read_amounts();
        auto const key = conversion_.key(fields[key_]);
        if (name_ != absent && conversion_.wants_name(key)) conversion_.name_key(key, fields[name_]);
        auto const stratum = conversion_.strata().combine(codes);
        bool const counted = conversion_.add(csv_.line(), key, time, stratum, amounts_);
        if (!counted || attributes_.empty()) continue;
        for (std::size_t a = 0; a < attributes_.size(); ++a) texts[a] = fields[attributes_[a]];
        conversion_.add_attributes(key, time, stratum, texts);
    }
    refuse_thousands();
    refuse_ratios();
    findings_.delimiter = csv_.delimiter();
    return findings_;
}

} // namespace

bool names_a_ratio(std::string_view column) {
    std::string name{column};
    for (auto& c : name)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    static constexpr std::string_view endings[] = {"quote",      "anteil",       "prozent",    "percent",
                                                   "percentage", "durchschnitt", "mittelwert", "%"};
    static constexpr std::string_view words[] = {"pct", "rate",   "ratio", "share", "mean",     "average",
                                                 "avg", "median", "index", "proz",  "quantile", "percentile"};
    for (auto const ending : endings)
        if (name.ends_with(ending) || name.starts_with(ending)) return true;
    // Whole words: "generated" and "sharers" are none.
    std::string word;
    for (std::size_t i = 0; i <= name.size(); ++i) {
        bool const letter = i < name.size() && name[i] >= 'a' && name[i] <= 'z';
        if (letter) {
            word += name[i];
            continue;
        }
        for (auto const known : words)
            if (word == known) return true;
        word.clear();
    }
    return false;
}

CsvFindings convert_csv(std::string_view bytes, CsvInput const& input, Conversion& conversion) {
    return Feeder{bytes, input, conversion}.run();
}

} // namespace gateway::harmonize::territory
