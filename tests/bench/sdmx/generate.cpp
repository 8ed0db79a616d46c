#include <cstdio>
#include <memory>
#include <random>
#include <stdexcept>

#include "bench_sdmx.hpp"

namespace bench {
namespace {

struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
};

constexpr char const* start =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<message:%s xmlns:message=\"http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message\" "
    "xmlns:generic=\"http://www.sdmx.org/resources/sdmxml/schemas/v2_1/data/generic\" "
    "xmlns:common=\"http://www.sdmx.org/resources/sdmxml/schemas/v2_1/common\" "
    "xmlns:ss=\"http://www.sdmx.org/resources/sdmxml/schemas/v2_1/data/structurespecific\">\n"
    "  <message:Header>\n    <message:ID>BENCH</message:ID>\n    <message:Test>true</message:Test>\n"
    "    <message:Structure structureID=\"S\" dimensionAtObservation=\"TIME_PERIOD\">\n      "
    "<common:Structure>\n"
    "        <Ref agencyID=\"X\" id=\"BENCH\" version=\"1.0\"/>\n      </common:Structure>\n"
    "    </message:Structure>\n  </message:Header>\n  <message:DataSet %s=\"S\">\n";

std::string value_element(char const* id, std::string const& value, char const* indent) {
    return std::string{indent} + "<generic:Value id=\"" + id + "\" value=\"" + value + "\"/>\n";
}

std::string generic_series(std::string const& geo, std::string const& sex, std::mt19937& random) {
    std::string out = "    <generic:Series>\n      <generic:SeriesKey>\n" +
                      value_element("FREQ", "M", "        ") + value_element("REF_AREA", geo, "        ") +
                      value_element("SEX", sex, "        ") + value_element("MEASURE", "BEVSTD", "        ") +
                      "      </generic:SeriesKey>\n      <generic:Attributes>\n" +
                      value_element("UNIT_MEASURE", "PS", "        ") +
                      value_element("DECIMALS", "0", "        ") + "      </generic:Attributes>\n";
    for (int month = 0; month < 120; ++month) {
        char time[16];
        std::snprintf(time, sizeof time, "%d-%02d", 2010 + month / 12, month % 12 + 1);
        auto const number = random();
        out += std::string{"      <generic:Obs>\n        <generic:ObsDimension value=\""} + time + "\"/>\n";
        if (number % 50 != 0)
            out += "        <generic:ObsValue value=\"" + std::to_string(number % 1'000'000) + "\"/>\n";
        out += "        <generic:Attributes>\n" +
               value_element("OBS_STATUS", number % 50 != 0 ? "A" : "O", "          ") +
               value_element("CONF_STATUS", "F", "          ") +
               "        </generic:Attributes>\n      </generic:Obs>\n";
    }
    return out + "    </generic:Series>\n";
}

std::string specific_series(std::string const& geo, std::string const& sex, std::mt19937& random) {
    std::string out = "    <Series FREQ=\"M\" REF_AREA=\"" + geo + "\" SEX=\"" + sex +
                      "\" MEASURE=\"BEVSTD\" UNIT_MEASURE=\"PS\" DECIMALS=\"0\">\n";
    for (int month = 0; month < 120; ++month) {
        char time[16];
        std::snprintf(time, sizeof time, "%d-%02d", 2010 + month / 12, month % 12 + 1);
        auto const number = random();
        out += std::string{"      <Obs TIME_PERIOD=\""} + time + "\"";
        if (number % 50 != 0) out += " OBS_VALUE=\"" + std::to_string(number % 1'000'000) + "\"";
        out += std::string{" OBS_STATUS=\""} + (number % 50 != 0 ? "A" : "O") + "\" CONF_STATUS=\"F\"/>\n";
    }
    return out + "    </Series>\n";
}

} // namespace

void generate(bool is_generic, std::size_t megabytes, std::string const& path) {
    std::unique_ptr<std::FILE, Close> const file{std::fopen(path.c_str(), "wb")};
    if (!file) throw std::runtime_error("cannot write " + path);
    auto const* const root = is_generic ? "GenericData" : "StructureSpecificData";
    std::fprintf(file.get(), start, root, is_generic ? "structureRef" : "ss:structureRef");
    std::mt19937 random{20260101};
    std::size_t written = 0;
    for (unsigned area = 0; written < megabytes * 1'000'000; ++area) {
        char geo[16];
        std::snprintf(geo, sizeof geo, "%08u", area);
        for (auto const* const sex : {"M", "F", "_T"}) {
            auto const text =
                is_generic ? generic_series(geo, sex, random) : specific_series(geo, sex, random);
            std::fwrite(text.data(), 1, text.size(), file.get());
            written += text.size();
        }
    }
    std::fprintf(file.get(), "  </message:DataSet>\n</message:%s>\n", root);
}

} // namespace bench
