// A small store with everything that a message must be able to say.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "gateway/query/dataset_view.hpp"
#include "gateway/sdmx/data/message.hpp"
#include "tests/gateway/store/fixture.hpp"

namespace gateway::sdmx::data::testing {

using store::testing::missing;
using store::testing::observed;

/// Two indicators, four areas on three levels, yearly, quarterly and dated figures, signs, bounds, a secret figure;
/// vintage 2 revises, adds and deletes.
class Sample {
  public:
    Sample() {
        load(1'000'000'000, false);
        load(1'100'000'000, true);
        view = query::read_view(*store, id);
    }

    static inline std::string const id = "REGIO_12411-01-01-4";
    store::testing::TempDirectory directory;
    std::unique_ptr<store::Store> store = store::open_sqlite(directory.path());
    query::DatasetViewPtr view;

    [[nodiscard]] query::Selection everything() const {
        query::Selection selection;
        selection.dataset = id;
        return selection;
    }
    [[nodiscard]] MessageOptions options(Format format) const {
        MessageOptions result;
        result.media.format = format;
        result.prepared = "2026-11-26T05:00:00Z";
        return result;
    }
    [[nodiscard]] std::string write(MessageOptions const& how, query::Selection const& selection) const {
        return write_message(*store, view, selection, how);
    }
    [[nodiscard]] std::string write(Format format) const { return write(options(format), everything()); }

  private:
    void load(UnixTime received, bool is_second) {
        auto const into = store->begin(store::testing::request(store::testing::population(), received));
        auto const women = into->indicator(store::testing::indicator_of("F"));
        auto const men = into->indicator(store::testing::indicator_of("M", "BEV & \"X\""));
        auto const country = into->area({CodeList::ags, AreaLevel::country, "DG"});
        auto const gifhorn = into->area(store::testing::county("03151"));
        auto const goslar = into->area(store::testing::county("03153"));
        auto const part = into->area({CodeList::ags, AreaLevel::subunit, "05334002"});
        store::State rounded;
        rounded.quality.protection = Protection::r5;
        rounded.quality.bounds = protection_bounds(Protection::r5);
        store::State secret;
        secret.reason = MissingReason::confidential;
        secret.quality.status = ObsStatus::suppressed;
        secret.quality.confidentiality = ConfStatus::confidential;
        secret.quality.sign = Sign::from(".").value();
        store::State provisional;
        provisional.quality.status = ObsStatus::provisional;
        provisional.quality.sign = Sign::from("p").value();
        auto const r = into->state(rounded);
        auto const s = into->state(secret);
        auto const p = into->state(provisional);
        into->label("SEX", "F", "weiblich, \"alle\"");
        into->label("AREA", "03153", "Goslar & Umland");
        into->label("MEASURE", "BEVSTD", "Bevölkerung <Stand>");
        into->put(women, country, std::vector{observed("2020", "83.10"), observed("2021", "-84.5")});
        into->put(women, gifhorn,
                  std::vector{observed("2020-Q1", "25"), observed("2020", "100", r),
                              observed("2021", is_second ? "105" : "104", r)});
        into->put(women, goslar, std::vector{observed("2020", "7", p), missing("2021", s)});
        into->put(women, part, std::vector{observed("2020-12-31", "12.50")});
        std::vector<store::PackedObservation> last{observed("2019-08-01/P1Y", "0")};
        if (!is_second) last.push_back(observed("2021", "3"));
        if (is_second) last.push_back(observed("2022", "4"));
        into->put(men, goslar, last);
        into->commit("", 9, 0, store::testing::everything());
    }
};

} // namespace gateway::sdmx::data::testing
