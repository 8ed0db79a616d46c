#include "gateway/ingest/feed_draft_areas.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "gateway/ingest/feed_draft_text.hpp"

namespace gateway::ingest::draft {
namespace {

/// How keys are written. Each has lengths of its own, for Land or part of it, region, county, municipality.
enum class Form : std::uint8_t { whole, without_land, without_zero };

struct Key {
    std::string digits; ///< empty where it is no number
    bool has_places = false;
};
Key key_in(std::string const& text) {
    auto digits = text.substr(0, text.find('.'));
    if (digits.empty() || digits.size() > 12 || digits.find_first_not_of("0123456789") != std::string::npos)
        return {};
    return {digits, digits.size() != text.size()};
}

bool fits(Form form, std::string const& digits) {
    auto const size = digits.size();
    switch (form) {
    case Form::whole: return size == 2 || size == 3 || size == 5 || size == 8;
    case Form::without_land: return size == 1 || size == 3 || size == 6;
    case Form::without_zero: return size == 1 || size == 4 || size == 7;
    }
    return false;
}

class KeyColumn {
  public:
    KeyColumn(std::vector<AreaRow> const& rows, AreaNames const& names) : rows_(rows), names_(names) {
        for (auto const& row : rows) {
            auto const key = key_in(row.key);
            if (row.key.empty())
                empty_.push_back(row.row);
            else if (row.key.front() == '#')
                failed_.push_back(row.row);
            else if (!key.digits.empty())
                keys_[key.digits].push_back(&row);
            has_places_ = has_places_ || key.has_places;
            has_names_ = has_names_ || !row.name.empty();
        }
        find_form();
        find_land();
    }

    AreaLines lines() {
        if (has_places_) line("before = \".\" # keys with decimal places");
        if (form_ == Form::without_zero)
            line("prepend = \"0\" # DOUBT: keys that are numbers have lost their zero");
        if (form_ == Form::without_land) {
            line("prepend = " + quoted(land_) + " # " + land_proof_);
            if (keys_.count("0") > 0)
                line("recode = { \"0\" = " + quoted(land_) + " } # DOUBT: the Land itself");
        }
        strangers();
        if (!failed_.empty())
            line("# DOUBT: in " + rows_text(failed_) +
                 " a failed formula left the key: set aside until the source corrects it");
        AreaLines lines;
        if (!empty_.empty() && has_names_) {
            line("missing = [\"\"]");
            line("list = \"own\" # DOUBT: " + rows_text(empty_) +
                 " have no key: it is found by the name, in the list below");
            lines.list = list();
        } else if (!empty_.empty()) {
            line("# DOUBT: " + rows_text(empty_) + " have no key and no name: set aside");
        }
        lines.dimension = out_;
        return lines;
    }

  private:
    void line(std::string const& text) { out_ += text + "\n"; }

    /// The form that most keys have which are longer than a region's.
    void find_form() {
        std::map<std::size_t, std::size_t> lengths;
        for (auto const& [digits, rows] : keys_) lengths[digits.size()] += rows.size();
        auto const whole = lengths[5] + lengths[8];
        auto const without_land = lengths[3] + lengths[6];
        auto const without_zero = lengths[4] + lengths[7];
        if (whole >= without_land && whole >= without_zero && whole > 0)
            form_ = Form::whole;
        else if (without_zero > without_land)
            form_ = Form::without_zero;
        else if (without_land > 0 || lengths[1] > 0)
            form_ = Form::without_land;
        // A few keys of Länder alone.
        if (whole + without_land + without_zero == 0 && lengths[2] > lengths[1]) form_ = Form::whole;
    }

    /// The Land with which most names have the key beside them.
    void find_land() {
        std::map<std::string, std::size_t> lands;
        std::size_t known = 0;
        for (auto const& [digits, rows] : keys_) {
            auto const key = names_.key_of(rows.front()->name);
            if (key.size() < 3 || !fits(Form::without_land, digits)) continue;
            ++known;
            if (key.substr(2) == digits) ++lands[key.substr(0, 2)];
        }
        auto const best = std::max_element(lands.begin(), lands.end(),
                                           [](auto const& a, auto const& b) { return a.second < b.second; });
        if (best == lands.end()) {
            land_ = "03";
            land_proof_ = "DOUBT: the keys lack their Land; which one?";
            return;
        }
        land_ = best->first;
        land_proof_ = "the Land that the keys lack: with it " + std::to_string(best->second) + " of " +
                      std::to_string(known) + " known names have the key beside them" +
                      (best->second * 10 >= known * 9 ? "" : "; DOUBT: too few?");
    }

    [[nodiscard]] std::string final(std::string const& digits) const {
        if (form_ == Form::without_land) return digits == "0" ? land_ : land_ + digits;
        return form_ == Form::without_zero ? "0" + digits : digits;
    }
    /// No key of its form, or one that no area has (as far as the register lists the level).
    [[nodiscard]] bool is_strange(std::string const& digits) const {
        if (!fits(form_, digits)) return true;
        auto const key = final(digits);
        auto const is_listed = key.size() == 5 || key.size() == 3;
        return is_listed && !names_.empty() && !names_.has_key(key);
    }
    void strangers() {
        constexpr std::size_t most = 60;
        std::size_t count = 0;
        for (auto const& [digits, rows] : keys_) {
            if (!is_strange(digits)) continue;
            if (++count == 1)
                line("# DOUBT: keys that no area has today; say in recode which area each of them is:");
            if (count > most) continue;
            auto const known = names_.key_of(rows.front()->name);
            line("#   " + quoted(digits) + " = " + quoted(known) + " for " + remark(rows.front()->name) +
                 ", " + std::to_string(rows.size()) + " rows, first " + std::to_string(rows.front()->row));
        }
        if (count > most) line("#   and " + std::to_string(count - most) + " more");
    }

    /// Keys and names as most rows pair them.
    [[nodiscard]] std::string list() const {
        std::map<std::string, std::map<std::string, std::size_t>> pairs; // name, key
        for (auto const& [digits, rows] : keys_)
            for (auto const* const row : rows)
                if (!row->name.empty()) ++pairs[row->name][final(digits)];
        std::map<std::string, std::string> by_key;
        std::string doubts;
        for (auto const& [name, keys] : pairs) {
            std::size_t all = 0;
            std::size_t most = 0;
            for (auto const& [key, count] : keys) {
                all += count;
                most = std::max(most, count);
            }
            std::size_t taken = 0;
            for (auto const& [key, count] : keys) {
                if (count * 10 < all && count < most) continue; // a shifted row
                auto& names = by_key[key];
                names += (names.empty() ? "" : ", ") + quoted(name);
                ++taken;
            }
            if (taken > 1)
                doubts += "# DOUBT: " + remark(name) + " stands beside " + std::to_string(taken) +
                          " keys: where the key is missing, nobody knows which it is.\n";
        }
        std::string out = "# Keys and names as most rows of the file pair them.\n" + doubts + "[list.own]\n";
        for (auto const& [key, names] : by_key) out += quoted(key) + " = [" + names + "]\n";
        return out + "\n";
    }

    std::vector<AreaRow> const& rows_;
    AreaNames const& names_;
    std::map<std::string, std::vector<AreaRow const*>> keys_;
    std::vector<std::uint64_t> empty_, failed_;
    bool has_places_ = false, has_names_ = false;
    Form form_ = Form::whole;
    std::string land_, land_proof_, out_;
};

} // namespace

std::string rows_text(std::vector<std::uint64_t> const& rows) {
    constexpr std::size_t most = 3;
    std::string text = rows.size() == 1 ? "row " : "rows ";
    for (std::size_t i = 0; i < rows.size() && i < most; ++i)
        text += (i == 0 ? "" : ", ") + std::to_string(rows[i]);
    if (rows.size() > most) text += " and " + std::to_string(rows.size() - most) + " more";
    return text;
}

AreaLines lines_of_keys(std::vector<AreaRow> const& rows, AreaNames const& names) {
    return KeyColumn{rows, names}.lines();
}

std::string lines_of_names(std::vector<std::string> const& texts, AreaNames const& names) {
    std::string out = "[layout.dimension.recode]\n";
    for (auto const& text : texts) {
        auto const key = names.key_of(text);
        out += key.empty() ? "# DOUBT: which key has it? " + quoted(text) + " = \"\"\n"
                           : quoted(text) + " = " + quoted(key) + "\n";
    }
    return out;
}

} // namespace gateway::ingest::draft
