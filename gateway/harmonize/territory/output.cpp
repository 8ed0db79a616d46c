#include "gateway/harmonize/territory/output.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>

#include "gateway/io/csv.hpp"

namespace gateway::harmonize::territory {
namespace {

class Writer {
  public:
    Writer(Conversion const& conversion, OutputStyle const& style, bool finer)
        : conversion_(conversion), style_(style),
          bounds_(conversion.plan().request().protection != Protection::none), finer_(finer) {}

    void header();
    void rows(DataTime const& time, std::span<ResultRow const> rows,
              std::function<void(std::string_view)> const& write);
    std::string text;

  private:
    void next() { text += style_.delimiter; }
    void plain_details(ResultValue const& value);
    void field(std::string_view value) { io::append_csv_field(text, value, style_.delimiter); }
    void integer(std::uint64_t value) {
        std::array<char, 24> buffer{};
        auto const end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
        text.append(buffer.data(), end);
    }
    void real(double value);
    void number(ResultValue const& value);
    void details(ResultValue const& value);
    void attributes(ResultRow const& row);
    std::string const& strata_text(std::uint32_t stratum);
    std::string const& flags_of(Flags flags);

    Conversion const& conversion_;
    OutputStyle style_;
    bool bounds_;
    bool finer_;
    std::array<std::string, 5> plain_; ///< by status: the details behind the count of a sum without any gap
    std::vector<std::string> strata_;  ///< with delimiters, by number
    std::map<Flags, std::string> flags_;
};

void Writer::header() {
    auto const& plan = conversion_.plan();
    auto const& request = plan.request();
    field(request.time_name);
    next();
    field(plan.crosswalk().target_name);
    for (auto const& name : request.strata) {
        next();
        field(name);
    }
    auto const column = [this](std::string const& name) {
        next();
        field(name);
        if (!style_.details) return;
        std::vector<char const*> parts{"_n",     "_missing", "_status", "_coverage",
                                       "_split", "_low",     "_high",   "_flags"};
        if (bounds_) parts.insert(parts.end(), {"_lower", "_upper"});
        if (finer_) parts.insert(parts.end(), {"_measured", "_error"});
        for (char const* const part : parts) {
            next();
            field(name + part);
        }
    };
    for (auto const& name : request.values) column(name);
    for (auto const& ratio : request.ratios) column(ratio.name);
    for (auto const& name : request.attributes) {
        next();
        field(name);
        if (!style_.details) continue;
        next();
        field(name + "_status");
    }
    text += '\n';
}

void Writer::real(double value) {
    std::array<char, 40> buffer; // NOLINT(cppcoreguidelines-pro-type-member-init): to_chars fills it
    auto* const end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
    std::replace(buffer.data(), end, '.', style_.decimal_mark);
    text.append(buffer.data(), end);
}

void Writer::number(ResultValue const& value) {
    if (!value.has_number) return;
    if (!value.exact) return real(value.value());
    // The column has the decimals of its longest number; what is 0 there says nothing about this one.
    auto mantissa = value.digits.mantissa();
    auto scale = value.digits.scale();
    for (; scale > 0 && mantissa % 10 == 0; --scale) mantissa /= 10;
    std::array<char, max_decimal_chars> buffer{};
    auto* const end = write_decimal(buffer.data(), mantissa, scale, style_.decimal_mark);
    text.append(buffer.data(), end);
}

/// Those of most sums, which differ in their count only: ";2;0;summed;1;;;;".
void Writer::plain_details(ResultValue const& value) {
    next();
    integer(value.numbers);
    auto& rest = plain_[static_cast<std::size_t>(value.status)];
    if (rest.empty()) {
        rest = style_.delimiter + std::string{"0"} + style_.delimiter;
        rest += to_string(value.status);
        rest += style_.delimiter + std::string{"1"} + std::string(4, style_.delimiter);
    }
    text += rest;
}

void Writer::details(ResultValue const& value) {
    if (value.missing == 0 && value.coverage == 1 && value.share == 0 && value.flags == 0 && !bounds_ &&
        !finer_)
        return plain_details(value);
    next();
    integer(value.numbers);
    next();
    integer(value.missing);
    next();
    text += to_string(value.status);
    next();
    if (value.coverage == 1)
        text += '1';
    else
        real(value.coverage);
    next();
    if (value.share > 0) real(value.share);
    next();
    bool const range = value.has_number && value.share > 0;
    if (range) real(value.low());
    next();
    if (range) real(value.high());
    next();
    if (value.flags != 0) text += flags_of(value.flags);
    if (bounds_)
        for (auto const& end : {value.lower(), value.upper()}) {
            next();
            if (end) real(*end);
        }
    if (!finer_) return;
    next();
    bool const measured = value.has_number && !std::isnan(value.measured);
    if (measured) real(value.measured);
    next();
    if (measured) real(value.error());
}

void Writer::attributes(ResultRow const& row) {
    auto const count = conversion_.plan().request().attributes.size();
    for (std::size_t attribute = 0; attribute < count; ++attribute) {
        auto const fit = conversion_.best_fit(row.target, row.stratum, row.time, attribute);
        next();
        if (fit) field(fit->text);
        if (!style_.details) continue;
        next();
        text += !fit ? "missing" : fit->unanimous ? "observed" : "best_fit";
    }
}

std::string const& Writer::flags_of(Flags flags) {
    auto const [place, added] = flags_.try_emplace(flags);
    if (added) place->second = flags_text(flags);
    return place->second;
}

std::string const& Writer::strata_text(std::uint32_t stratum) {
    if (strata_.empty())
        for (std::uint32_t each = 0; each < conversion_.strata().size(); ++each) {
            std::string all;
            for (auto const part : conversion_.strata().texts(each)) {
                all += style_.delimiter;
                io::append_csv_field(all, part, style_.delimiter);
            }
            strata_.push_back(std::move(all));
        }
    return strata_[stratum];
}

void Writer::rows(DataTime const& time, std::span<ResultRow const> rows,
                  std::function<void(std::string_view)> const& write) {
    constexpr std::size_t piece = 1U << 18U;
    std::string first;
    io::append_csv_field(first, time.text, style_.delimiter);
    first += style_.delimiter;
    auto const& plan = conversion_.plan();
    for (auto const& row : rows) {
        text += first;
        text += plan.targets()[row.target];
        text += strata_text(row.stratum);
        for (auto const& value : row.values) {
            next();
            number(value);
            if (style_.details) details(value);
        }
        attributes(row);
        text += '\n';
        if (text.size() < piece) continue;
        write(text);
        text.clear();
    }
}

} // namespace

ResultCounts write_result(Conversion const& conversion, OutputStyle const& style,
                          std::function<void(std::string_view)> const& write, Finer const* finer) {
    Writer writer{conversion, style, finer != nullptr};
    writer.header();
    auto counts = each_result(
        conversion,
        [&writer, &write](DataTime const& time, std::span<ResultRow const> rows) {
            writer.rows(time, rows, write);
        },
        finer);
    write(writer.text);
    return counts;
}

} // namespace gateway::harmonize::territory
