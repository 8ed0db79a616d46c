#include "gateway/derive/series/pipeline.hpp"

#include <gmock/gmock.h>

#include "gateway/core/error.hpp"
#include "gateway/derive/series/several.hpp"
#include "source.hpp"

namespace gateway::derive::series {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

MemorySource& filled(MemorySource& source) {
    source.dataset("REGIO_A", "12411-02-03-4", "2025-06-11");
    source.series("03153", "MEASURE=BEVSTD,UNIT=PS,AGE=Y_LT18", {"2010-12-31 20000", "2011-12-31 19000"});
    source.series("03153", "MEASURE=BEVSTD,UNIT=PS,AGE=Y_GE18", {"2010-12-31 123014", "2011-12-31 120575"});
    return source;
}

TEST(SeriesPipeline, PassesEverythingWhereNothingIsAsked) {
    MemorySource source;
    Pipeline const pipeline{filled(source), {}, project_mappings()};
    EXPECT_EQ(&pipeline.figures(), &source);
    EXPECT_EQ(pipeline.last(), nullptr);
    EXPECT_TRUE(PipelineRequest{}.empty());
}

TEST(SeriesPipeline, StacksClassesFrequencyUnitAndBreaks) {
    MemorySource source;
    PipelineRequest request;
    request.ages = "0+";
    request.frequency = "year";
    request.unit = "Tsd.";
    request.breaks = true;
    Pipeline const pipeline{filled(source), request, project_mappings()};
    EXPECT_THAT(
        lines_of(pipeline.figures()),
        ElementsAre(HasSubstr("UNIT_MULT=3,AGE=_T 2010 143.014 A C [unit.converted time.reference-date "
                              "ages.sum]"),
                    HasSubstr("UNIT_MULT=3,AGE=_T 2011 139.575 B C [unit.converted time.reference-date "
                              "ages.sum break:basis-VZ1987-Z2011]")));
    std::string view;
    pipeline.figures().each([&view](feed::SeriesRecord const& record) { view = record.view; });
    EXPECT_EQ(view, "ages~freq:year~unit~breaks");
}

TEST(SeriesPipeline, RefusesWordsItCannotRead) {
    MemorySource source;
    filled(source);
    auto const refused = [&source](PipelineRequest const& request) {
        EXPECT_THROW((Pipeline{source, request, project_mappings()}), Error);
    };
    PipelineRequest request;
    request.ages = "young";
    refused(request);
    request = {};
    request.frequency = "sometimes";
    refused(request);
    request = {};
    request.unit = "Ellen";
    refused(request);
    request = {};
    request.nationality = "EU";
    refused(request);
}

TEST(SeriesSeveral, ReadsOneSourceAfterTheOther) {
    MemorySource one;
    filled(one);
    MemorySource other;
    other.dataset("REGIO_P", "12411-01-01-4", "2025-06-11");
    other.series("03153", "MEASURE=BEVSTD,UNIT=PS", {"2011-12-31 139575"});
    Several const several{{&one, &other}};
    EXPECT_EQ(several.datasets().size(), 2U);
    EXPECT_EQ(lines_of(several).size(), 5U);
}

} // namespace
} // namespace gateway::derive::series
