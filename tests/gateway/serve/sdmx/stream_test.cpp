// Large answers: in pieces, with the same bytes, and without holding a connection to the store between two.
#include <gmock/gmock.h>

#include "tests/gateway/serve/sdmx/fixture.hpp"

namespace {

using namespace gateway;
using namespace gateway::serve::testing;

class SdmxStream : public SdmxTest {
  protected:
    static constexpr int areas = 1500;
    static constexpr int years = 10;

    void SetUp() override {
        SdmxTest::SetUp();
        auto const store = store::open_sqlite(folder_.path());
        auto info = population();
        info.id = "LARGE_1";
        auto const load = store->begin(request(info, 1'700'000'000));
        auto const indicator = load->indicator(indicator_of("_T"));
        std::vector<store::AreaNo> numbers;
        numbers.reserve(areas);
        for (int i = 0; i < areas; ++i)
            numbers.push_back(
                load->area({CodeList::ags, AreaLevel::municipality, std::to_string(10'000'000 + i)}));
        std::sort(numbers.begin(), numbers.end());
        for (auto const area : numbers) {
            std::vector<store::PackedObservation> figures;
            figures.reserve(years);
            for (int year = 0; year < years; ++year)
                figures.push_back(
                    observed(std::to_string(2010 + year) + "-12-31", std::to_string(area % 977 + 7)));
            load->put(indicator, area, figures);
        }
        load->commit("", std::uint64_t{areas} * years, 0, everything());
        mount("test", 1);
    }
    http::Response open(std::string const& target, std::string const& accept) {
        http::Request request;
        request.method = "GET";
        request.target = target;
        request.headers = {{"Host", "localhost"}, {"Accept", accept}};
        request.remote = "127.0.0.1:5";
        return service_->answer(request);
    }
};

TEST_F(SdmxStream, GoesOnWithoutHoldingTheOnlyConnection) {
    for (auto const* const type :
         {"application/vnd.sdmx.genericdata+xml;version=2.1", "application/vnd.sdmx.data+json;version=1.0.0",
          "application/vnd.sdmx.data+csv;version=2.0.0",
          "application/vnd.sdmx.structurespecificdata+xml;version=2.1"}) {
        auto slow = open("/sdmx/v1/data/LARGE_1", type);
        auto other = open("/sdmx/v1/data/LARGE_1", type);
        ASSERT_EQ(slow.status, 200U);
        auto* const one = std::get_if<std::unique_ptr<http::BodySource>>(&slow.body);
        auto* const two = std::get_if<std::unique_ptr<http::BodySource>>(&other.body);
        ASSERT_NE(one, nullptr) << type;
        ASSERT_NE(two, nullptr);
        std::string first, second;
        std::size_t pieces = 0, largest = 0;
        for (bool more = true; more;) {
            std::string piece;
            more = (*one)->next(piece);
            largest = std::max(largest, piece.size());
            pieces += more ? 1U : 0U;
            first += piece;
            (*two)->next(second);
            EXPECT_EQ(ask("/sdmx/v1/dataflow").status, 200U) << "others are served meanwhile";
        }
        while ((*two)->next(second)) {
        }
        EXPECT_GT(pieces, 2U) << type;
        EXPECT_LT(largest, 512U << 10U) << "memory does not grow with the answer";
        EXPECT_EQ(first, second) << type;
        EXPECT_EQ(count(first, "2019-12-31"), count(second, "2019-12-31"));
        EXPECT_GE(count(first, "10001499"), 1U);
    }
}

TEST_F(SdmxStream, KeepsItsVintageWhileTheStoreGoesOn) {
    auto const type = "application/vnd.sdmx.data+csv;version=2.0.0";
    auto running = open("/sdmx/v1/data/LARGE_1", type);
    std::string whole;
    auto copy = open("/sdmx/v1/data/LARGE_1", type);
    for (auto& source = std::get<std::unique_ptr<http::BodySource>>(copy.body); source->next(whole);) {
    }
    auto& source = std::get<std::unique_ptr<http::BodySource>>(running.body);
    std::string text;
    ASSERT_TRUE(source->next(text));
    {
        auto const store = store::open_sqlite(folder_.path());
        auto info = population();
        info.id = "LARGE_1";
        auto const load = store->begin(request(info, 1'800'000'000));
        auto const indicator = load->indicator(indicator_of("_T"));
        auto const last =
            load->area({CodeList::ags, AreaLevel::municipality, std::to_string(10'000'000 + areas - 1)});
        load->put(indicator, last, std::vector{observed("2010-12-31", "424242")});
        load->commit("", 1, 0, {});
    }
    while (source->next(text)) {
    }
    EXPECT_EQ(text, whole);
    std::this_thread::sleep_for(std::chrono::milliseconds{60});
    EXPECT_EQ(count(ask("/sdmx/v1/data/LARGE_1", {{"Accept", type}}).body, "424242"), 1U);
}

} // namespace
