#include "adapters/genesis/flat_repair.hpp"

#include <algorithm>

#include "adapters/genesis/reader_text.hpp"
#include "adapters/genesis/reader_value.hpp"

namespace adapters::genesis {

namespace {

/// "ALT000B03" is "AAA999A99": codes of one variable share few shapes.
std::string shape_of(std::string_view code) {
    std::string shape{code};
    for (auto& c : shape) {
        if (c >= '0' && c <= '9')
            c = '9';
        else if (c >= 'A' && c <= 'Z')
            c = 'A';
        else if (c >= 'a' && c <= 'z')
            c = 'a';
    }
    return shape;
}

bool is_number(std::string_view text) {
    return read_number(text).kind == ReadNumber::Kind::number;
}

bool is_value(std::string_view text) {
    for (auto const* sign : {"-", ".", "...", "/", "x"})
        if (text == sign) return true;
    return is_number(text);
}

} // namespace

bool is_stub_row(Row const& row, FlatLayout const& layout) {
    auto const first = row.field(0);
    if (first.empty() || (first.front() >= '0' && first.front() <= '9')) return false;
    for (auto column = 4 * layout.blocks; column < row.fields; ++column)
        if (!row.field(column).empty()) return false;
    return true;
}

/// The fields of a short row with a gap where the missing column is tried.
struct FlatKnowledge::Fields {
    std::vector<std::string> const& fields;
    std::uint32_t gap;
    [[nodiscard]] bool missing(std::uint32_t column) const { return column == gap; }
    [[nodiscard]] std::string const& at(std::uint32_t column) const {
        return fields[column < gap ? column : column - 1];
    }
};

FlatKnowledge::FlatKnowledge(std::vector<FlatReader const*> const& readers)
    : layout_(readers.front()->layout()), blocks_(layout_.blocks) {
    for (auto const* reader : readers) {
        add(statistics_, reader->statistics());
        add(times_, reader->times());
        for (unsigned i = 0; i < layout_.blocks; ++i) add(blocks_[i], reader->block(i));
        for (std::uint32_t id = 0; id < reader->measures().size(); ++id) {
            auto const& code = reader->measures().code(id);
            measures_.push_back({code.variable, code.code, code.label});
        }
    }
}

void FlatKnowledge::add(Variables& variables, Dictionary const& dictionary) {
    for (std::uint32_t id = 0; id < dictionary.size(); ++id) {
        auto const& code = dictionary.code(id);
        auto& variable = variables[code.variable];
        variable.label = code.variable_label;
        if (variable.codes.emplace(code.code, code.label).second)
            variable.labels[code.label].push_back(code.code);
        variable.shapes.insert(shape_of(code.code));
    }
}

/// The variable and its label, or the one that the other leaves.
FlatKnowledge::Fit FlatKnowledge::fit_variable(Variables const& variables, Fields const& fields,
                                               std::uint32_t first, Variable const*& variable) {
    Fit fit;
    if (fields.missing(first)) {
        unsigned found = 0;
        for (auto const& [code, candidate] : variables) {
            if (candidate.label != trimmed(fields.at(first + 1))) continue;
            variable = &candidate;
            fit.missing = std::string{code};
            ++found;
        }
        fit.fits = found > 0;
        if (found > 1) fit.missing.reset();
        return fit;
    }
    auto const known = variables.find(fields.at(first));
    if (known == variables.end()) return fit;
    variable = &known->second;
    if (fields.missing(first + 1)) fit.missing = std::string{variable->label};
    fit.fits = fields.missing(first + 1) || trimmed(fields.at(first + 1)) == variable->label;
    return fit;
}

FlatKnowledge::Fit FlatKnowledge::fit_code(Variable const& variable, Fields const& fields,
                                           std::uint32_t first, bool has_label) {
    Fit fit;
    if (fields.missing(first)) {
        if (!has_label) {
            fit.fits = true; // a time is missing; nothing else says which
            return fit;
        }
        auto const label = std::string{trimmed(fields.at(first + 1))};
        auto const known = variable.labels.find(label);
        if (known != variable.labels.end()) {
            fit.fits = true;
            if (known->second.size() == 1) fit.missing = std::string{known->second.front()};
        } else {
            fit.fits = !is_number(label) && !variable.shapes.contains(shape_of(label));
        }
        return fit;
    }
    auto const& code = fields.at(first);
    auto const known = variable.codes.find(code);
    auto const shaped = known != variable.codes.end() || variable.shapes.contains(shape_of(code));
    if (!has_label) {
        fit.fits = shaped;
        return fit;
    }
    if (fields.missing(first + 1)) {
        fit.fits = shaped;
        fit.missing = known == variable.codes.end() ? std::string{} : std::string{known->second};
        return fit;
    }
    auto const label = trimmed(fields.at(first + 1));
    fit.fits = known != variable.codes.end() ? known->second == label : shaped && !is_number(label);
    return fit;
}

FlatKnowledge::Fit FlatKnowledge::fit_group(Variables const& variables, Fields const& fields,
                                            std::uint32_t first, bool has_label) {
    Variable const* variable = nullptr;
    auto const named = fit_variable(variables, fields, first, variable);
    if (!named.fits || variable == nullptr) return {};
    auto fit = fit_code(*variable, fields, first + 2, has_label);
    if (named.missing) fit.missing = named.missing;
    return fit;
}

FlatKnowledge::Fit FlatKnowledge::fit_measure(Fields const& fields, std::uint32_t first) const {
    std::set<std::string> missing;
    for (auto const& measure : measures_) {
        std::string_view const parts[] = {measure.unit, measure.code, measure.label};
        bool same = true;
        std::string gap;
        for (std::uint32_t i = 0; i < 3; ++i) {
            if (fields.missing(first + i))
                gap = parts[i];
            else
                same = same && trimmed(fields.at(first + i)) == parts[i];
        }
        if (same) missing.insert(gap);
    }
    Fit fit;
    fit.fits = !missing.empty();
    if (missing.size() == 1) fit.missing = *missing.begin();
    return fit;
}

/// Whether the whole row fits with this gap, and what belongs into it.
FlatKnowledge::Fit FlatKnowledge::fit(Fields const& fields) const {
    Fit result;
    auto const take = [&](Fit const& part, std::uint32_t first, std::uint32_t count) {
        if (fields.gap >= first && fields.gap < first + count) result.missing = part.missing;
        return part.fits;
    };
    // Statistics have no variable: their group is code and label alone.
    auto const none = statistics_.find("");
    if (none == statistics_.end() || !take(fit_code(none->second, fields, 0, true), 0, 2)) return {};
    if (!take(fit_group(times_, fields, 2, false), 2, 3)) return {};
    for (unsigned i = 0; i < layout_.blocks; ++i)
        if (!take(fit_group(blocks_[i], fields, layout_.block(i), true), layout_.block(i), 4)) return {};
    auto const value = layout_.value();
    if (!fields.missing(value) && !is_value(fields.at(value))) return {};
    if (!take(fit_measure(fields, value + 1), value + 1, 3)) return {};
    if (layout_.quality && !fields.missing(value + 4)) {
        auto const& sign = fields.at(value + 4);
        if (sign.size() > 3 || is_number(sign)) return {};
    }
    result.fits = true;
    return result;
}

ShortRowReading FlatKnowledge::read(Row const& row) const {
    std::vector<std::string> fields;
    std::string scratch;
    for (std::uint32_t i = 0; i < row.fields; ++i) fields.emplace_back(unquoted(row.field(i), scratch));
    ShortRowReading reading;
    unsigned readings = 0;
    for (std::uint32_t gap = 0; gap < layout_.columns; ++gap) {
        auto const tried = fit(Fields{fields, gap});
        if (!tried.fits) continue;
        ++readings;
        reading.column.reset();
        if (!tried.missing) continue;
        reading.column = gap;
        reading.text = *tried.missing;
    }
    if (readings == 1 && reading.column) return reading;
    reading.column.reset();
    if (readings == 0)
        reading.why = "no reading fits the other rows";
    else if (readings == 1)
        reading.why = "the missing field cannot be known";
    else
        reading.why = std::to_string(readings) + " readings fit";
    return reading;
}

} // namespace adapters::genesis
