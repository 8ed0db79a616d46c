// SDMX-ML read to observations: every code numbered, every value a Decimal, well-formedness checked.
//
// Usage   bench_sdmx generate generic|specific MEGABYTES FILE
//         bench_sdmx ours|libxml2 FILE     prints "OBSERVATIONS WITHOUT_VALUE SUM CPU_SECONDS PEAK_KIB"
#include "bench_sdmx.hpp"

#include <sys/resource.h>

#include <cstdio>
#include <exception>
#include <string_view>

#include "adapters/sdmx/ml_reader.hpp"

namespace {

using namespace adapters::sdmx;

class Sum final : public SdmxSink {
  public:
    bench::Found found;
    void message(MessageInfo const&) override {}
    void data_set(DataSetInfo const&) override {}
    void component(std::uint32_t, Component const&) override {}
    void code(std::uint32_t, std::uint32_t, std::string_view) override {}
    void attributes(std::span<Coded const>) override {}
    void group(std::span<Coded const>, std::uint64_t) override {}
    void series(SeriesInfo const& info) override { codes_ += info.values.size(); }
    void observation(ObservationInfo const& info) override {
        ++found.observations;
        codes_ += info.values.size();
        if (info.measures.empty() || info.measures.front().kind != Measured::Kind::number) {
            ++found.without_value;
            return;
        }
        found.sum += static_cast<double>(info.measures.front().number.mantissa());
    }
    void end_data_set() override {}
    void footer(Note const&) override {}
    void error(Note const&) override {}
    void issue(Issue) override {}
    void finish() override {}

  private:
    std::size_t codes_ = 0;
};

int report(bench::Found const& found) {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    auto const seconds = [](timeval const& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    std::printf("%llu %llu %.0f %.3f %ld\n", static_cast<unsigned long long>(found.observations),
                static_cast<unsigned long long>(found.without_value), found.sum,
                seconds(usage.ru_utime) + seconds(usage.ru_stime), usage.ru_maxrss);
    return 0;
}

} // namespace

int main(int count, char** words) {
    std::string_view const what = count > 1 ? words[1] : "";
    try {
        if (what == "generate" && count == 5) {
            bench::generate(std::string_view{words[2]} == "generic", std::stoul(words[3]), words[4]);
            return 0;
        }
        if (what == "ours" && count == 3) {
            Sum sum;
            read_ml(gateway::io::xml_file(words[2]), words[2], sum, nullptr);
            return report(sum.found);
        }
        if (what == "libxml2" && count == 3) return report(bench::read_with_libxml2(words[2]));
    } catch (std::exception const& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    std::fprintf(stderr, "usage: bench_sdmx generate generic|specific MEGABYTES FILE | ours|libxml2 FILE\n");
    return 2;
}
