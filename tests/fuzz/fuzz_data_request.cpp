// Addresses of data queries: whatever stands in them becomes a question or an SdmxError, nothing else.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "gateway/core/error.hpp"
#include "gateway/query/matcher.hpp"
#include "gateway/sdmx/data/request.hpp"

namespace {

using namespace gateway;
using namespace gateway::sdmx::data;

query::DatasetView const& view() {
    static auto const made = [] {
        auto result = std::make_unique<query::DatasetView>();
        result->info.id = "F";
        result->own = {{"MEASURE", {"BEV"}}, {"UNIT", {"PS"}}};
        result->indicators = {{0, 0, {0, 0}, "MEASURE=BEV,UNIT=PS"}};
        result->frequencies = {"A", "Q"};
        auto areas = std::make_shared<query::AreaTable>();
        areas->numbers = {0};
        areas->by_number.emplace(0, query::AreaTable::Entry{{}, "DG"});
        areas->by_key["DG"] = {0};
        result->areas = std::move(areas);
        return result;
    }();
    return *made;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string_view const text{reinterpret_cast<char const*>(data), size};
    for (auto const api : {ApiVersion::v1, ApiVersion::v2}) {
        static_cast<void>(media_choice(text, api));
        try {
            auto const request = parse_data_request(text, api);
            auto const selection = selection_of(request, view());
            query::Matcher matcher{view(), selection};
            static_cast<void>(matcher.wants_period(TimePeriod::year(2020).value()));
            static_cast<void>(matcher.wants_figure({}, {}));
        } catch (gateway::sdmx::common::SdmxError const&) {
            // What cannot be meant is refused.
        }
    }
    return 0;
}
