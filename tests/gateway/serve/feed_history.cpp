#include "tests/gateway/serve/feed_history.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "gateway/core/error.hpp"
#include "gateway/store/sql.hpp"
#include "tests/gateway/store/fixture.hpp"

namespace gateway::serve::testing {
namespace {

using store::testing::indicator_of;
using store::testing::population;
using store::testing::request;

constexpr std::array<char const*, 3> datasets{"A", "B", "C"};
constexpr int first_year = 2020;
constexpr std::size_t years = 3;
constexpr unsigned secret_digit = 9;

/// Three levels, so three rows of 64 neighbours. 03152 and 03156 go into 03159 (as in 2016).
std::array<Area, 10> const& all_areas() {
    static std::array<Area, 10> const areas{{{CodeList::ags, AreaLevel::county, "03152"},
                                             {CodeList::ags, AreaLevel::county, "03153"},
                                             {CodeList::ags, AreaLevel::county, "03156"},
                                             {CodeList::ags, AreaLevel::county, "03159"},
                                             {CodeList::ags, AreaLevel::county, "05711"},
                                             {CodeList::ags, AreaLevel::municipality, "03153005"},
                                             {CodeList::ags, AreaLevel::municipality, "03153006"},
                                             {CodeList::ags, AreaLevel::municipality, "05711000"},
                                             {CodeList::ags, AreaLevel::land, "03"},
                                             {CodeList::ags, AreaLevel::land, "05"}}};
    return areas;
}
constexpr std::array<std::size_t, 2> before_the_reform{0, 2};
constexpr std::size_t after_the_reform = 3;

std::string new_folder() {
    std::string const memory = "/dev/shm";
    auto const base =
        access(memory.c_str(), W_OK) == 0 ? memory : std::filesystem::temp_directory_path().string();
    auto pattern = base + "/kreislauf-feed-XXXXXX";
    if (mkdtemp(pattern.data()) == nullptr) throw Error{Errc::io, "mkdtemp " + pattern};
    return pattern;
}

bool in(Area const& area, std::vector<std::string> const& keys) {
    return std::any_of(keys.begin(), keys.end(), [&area](std::string const& key) {
        return lies_in(area, key) || area_key(area) == key;
    });
}

} // namespace

std::vector<FeedQuestion> const& feed_questions() {
    static auto const questions = [] {
        std::vector<FeedQuestion> all;
        auto const add = [&all](std::string text, std::vector<std::string> const& keys,
                                std::set<std::string, std::less<>> ids) {
            query::ChangeFilter filter;
            if (!keys.empty()) filter.area = [keys](Area const& area) { return in(area, keys); };
            filter.datasets = std::move(ids);
            all.push_back({std::move(text), std::move(filter)});
        };
        add("everything", {}, {});
        add("area=03153", {"03153"}, {});
        add("area=03159", {"03159", "03152", "03156"}, {}); // with what went into it
        add("area=03", {"03"}, {});
        add("dataset=A", {}, {"A"});
        add("area=03153&dataset=B", {"03153"}, {"B"});
        add("area=16051", {"16051"}, {}); // of which the gateway never has a figure
        add("area=03,05&dataset=A,C", {"03", "05"}, {"A", "C"});
        add("area=03153005", {"03153005"}, {});
        add("area=05711", {"05711"}, {});
        return all;
    }();
    return questions;
}

FeedHistory::FeedHistory(unsigned seed)
    : folder_(new_folder()), random_(seed), sealing_(below(random_, 4) == 0) {
    open();
    load(invented());
}

FeedHistory::~FeedHistory() {
    reader_.reset();
    writer_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

void FeedHistory::open() {
    reader_.reset();
    writer_.reset();
    writer_ = store::open_sqlite(folder_);
    reader_ = store::open_sqlite(folder_, true);
}

void FeedHistory::sql(std::string const& text) {
    reader_.reset();
    writer_.reset();
    store::Database{folder_ + "/store.sqlite", store::Database::Mode::read_write}.execute(text.c_str());
    open();
}

FeedHistory::Delivery FeedHistory::invented() {
    Delivery delivery{datasets[below(random_, datasets.size())], below(random_, 2) == 0, {}};
    auto const rare = below(random_, 3) == 0 ? 8U : 3U;
    for (bool const men : {false, true}) {
        for (std::size_t area = 0; area < all_areas().size(); ++area) {
            if (below(random_, rare) != 0) continue;
            Series series{men, area, {}};
            for (std::size_t year = 0; year < years; ++year) {
                auto const draw = below(random_, 10);
                series.digits.push_back(draw < 3    ? std::nullopt
                                        : draw == 9 ? std::optional{secret_digit}
                                                    : std::optional{draw % 3});
            }
            delivery.series.push_back(std::move(series));
        }
    }
    return delivery;
}

FeedHistory::Delivery FeedHistory::reformed() {
    auto delivery = invented();
    delivery.whole = true;
    auto& all = delivery.series;
    all.erase(std::remove_if(all.begin(), all.end(),
                             [](Series const& each) {
                                 return each.area == after_the_reform ||
                                        std::find(before_the_reform.begin(), before_the_reform.end(),
                                                  each.area) != before_the_reform.end();
                             }),
              all.end());
    for (bool const men : {false, true})
        all.push_back({men, after_the_reform, {1U, below(random_, 3), secret_digit}});
    return delivery;
}

std::unique_ptr<store::Load> FeedHistory::put(Delivery const& delivery) {
    auto info = population();
    info.id = delivery.dataset;
    info.table = delivery.dataset;
    auto load = writer_->begin(request(info));
    auto const secret = load->state({MissingReason::confidential, {}});
    struct Numbered {
        store::SeriesRef ref;
        Series const* series;
    };
    std::vector<Numbered> numbered;
    for (auto const& each : delivery.series) {
        auto const indicator = load->indicator(indicator_of(each.men ? "M" : "F"));
        numbered.push_back({{indicator, load->area(all_areas()[each.area])}, &each});
    }
    std::sort(numbered.begin(), numbered.end(), [](Numbered const& a, Numbered const& b) {
        return a.ref.indicator != b.ref.indicator ? a.ref.indicator < b.ref.indicator
                                                  : a.ref.area < b.ref.area;
    });
    std::vector<store::PackedObservation> observations;
    for (auto const& each : numbered) {
        observations.clear();
        for (std::size_t year = 0; year < each.series->digits.size(); ++year) {
            auto const& digit = each.series->digits[year];
            if (!digit) continue;
            auto const period = TimePeriod::year(first_year + static_cast<int>(year)).value();
            if (*digit == secret_digit)
                observations.push_back({period, {}, secret, 0});
            else
                observations.push_back({period, Decimal::from_integer(*digit), 0, 0});
        }
        load->put(each.ref.indicator, each.ref.area, observations);
    }
    return load;
}

void FeedHistory::load(Delivery const& delivery) {
    put(delivery)->commit("", delivery.series.size(), 0,
                          delivery.whole ? store::testing::everything() : store::Coverage{});
    last_ = delivery;
}

void FeedHistory::recall() {
    auto const* const dataset = datasets[below(random_, datasets.size())];
    auto const vintages = writer_->vintages(dataset);
    if (vintages.empty()) return;
    auto const& which = vintages[below(random_, static_cast<unsigned>(vintages.size()))];
    if (which.kind != store::VintageKind::content || which.recalled_by != 0) return;
    bool const sealed = sealing_ && below(random_, 2) == 0;
    writer_->recall(dataset, which.no, {1, "falsch", "error", sealed});
    if (sealed) sealed_up_to_ = writer_->last_change();
}

void FeedHistory::killed_load() {
    // What a kill leaves behind is what the files hold while the load is under way.
    auto const killed = new_folder();
    {
        auto const load = put(invented());
        if (below(random_, 2) == 0) load->preview(store::testing::everything());
        for (auto const& entry : std::filesystem::directory_iterator(folder_)) {
            auto const name = entry.path().filename().string();
            // The index of the log lives in memory that a kill of the last process takes away.
            if (name.find("-shm") != std::string::npos) continue;
            std::filesystem::copy(entry.path(), killed + "/" + name);
        }
    }
    reader_.reset();
    writer_.reset();
    std::filesystem::remove_all(folder_);
    folder_ = killed;
    open();
}

void FeedHistory::step() {
    auto const draw = below(random_, 100);
    auto const word = [this](char const* text) { told_ += std::string{text} + " "; };
    if (draw < 50) {
        word("load");
        load(invented());
    } else if (draw < 64) {
        word("recall");
        recall();
    } else if (draw < 70) {
        word("withdraw");
        writer_->withdraw(datasets[below(random_, datasets.size())], 1, 0, "weg");
    } else if (draw < 76) {
        word("note");
        writer_->announce({store::ChangeKind::comment, "", 1, "Hinweis"});
    } else if (draw < 83) {
        word("reform");
        writer_->announce({store::ChangeKind::territory, "", 1, "03152 und 03156 werden 03159"});
        load(reformed());
    } else if (draw < 90) {
        word("repeat");
        load(last_);
    } else if (draw < 97) {
        word("kill");
        killed_load();
    } else {
        word("compact");
        writer_->compact_changes(below(random_, static_cast<unsigned>(writer_->last_change()) + 1), 1);
    }
}

} // namespace gateway::serve::testing
