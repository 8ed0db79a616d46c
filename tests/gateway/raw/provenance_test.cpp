#include "gateway/raw/provenance.hpp"

#include "tests/gateway/io/support.hpp"

namespace gateway::raw {
namespace {

Provenance full() {
    return {"regionalstatistik",
            "https://www.regionalstatistik.de/genesisws/rest/2020/data/tablefile",
            "data/tablefile",
            {{"name", "12411-01-01-4"}, {"regionalkey", ""}, {"text", "Größe \"x\"\\\n\x01"}},
            {{"Content-Type", "application/zip"}},
            200,
            1'749'197'700};
}

TEST(Provenance, ComesBackAsItWas) {
    for (auto const& provenance : {Provenance{}, full()}) {
        auto const back = provenance_from_json(provenance_json(provenance));
        EXPECT_EQ(back.source, provenance.source);
        EXPECT_EQ(back.origin, provenance.origin);
        EXPECT_EQ(back.endpoint, provenance.endpoint);
        EXPECT_EQ(back.request, provenance.request);
        EXPECT_EQ(back.headers, provenance.headers);
        EXPECT_EQ(back.http_status, provenance.http_status);
        EXPECT_EQ(back.received, provenance.received);
    }
}

TEST(Provenance, IsWrittenAsDocumented) {
    EXPECT_EQ(provenance_json({"file", "a.csv", "", {{"k", "v"}, {"l", ""}}, {}, 0, 0}),
              R"({"source":"file","origin":"a.csv","endpoint":"","request":[["k","v"],["l",""]],)"
              R"("headers":[],"http_status":0,"received":"1970-01-01T00:00:00Z"})");
}

TEST(Provenance, IsRefusedWhereverItIsCut) {
    auto const json = provenance_json(full());
    for (std::size_t size = 0; size < json.size(); ++size) {
        auto const error =
            testing::error_of([&] { static_cast<void>(provenance_from_json(json.substr(0, size))); });
        ASSERT_TRUE(error) << size;
        EXPECT_EQ(error->code(), Errc::malformed);
    }
}

} // namespace
} // namespace gateway::raw
