#include "gateway/ingest/avro_sdmx.hpp"

#include <string>
#include <vector>

#include "adapters/sdmx/writer.hpp"
#include "gateway/feed/avro_ocf.hpp"
#include "gateway/feed/rows.hpp"

namespace gateway::ingest {
namespace {

namespace sdmx = adapters::sdmx;

class Teller {
  public:
    explicit Teller(sdmx::SdmxSink& sink) : writer_(sink, nullptr, "avro") {
        sdmx::MessageInfo info;
        info.format = "avro";
        info.version = "1";
        sink.message(info);
    }

    void series(feed::ReadSeries const& series) {
        if (series.dataset != dataset_) start(series.dataset);
        values_.clear();
        dimension("AREA", area_key(series.area));
        bool has_multiplier = false;
        for (auto const& [id, code] : series.indicator.codes()) {
            has_multiplier = has_multiplier || id == "UNIT_MULT";
            if (id == "UNIT_MULT")
                attribute(id, code);
            else
                dimension(id, code);
        }
        if (!has_multiplier) attribute("UNIT_MULT", "0");
        attribute("AREA_LIST", to_string(series.area.list));
        attribute("AREA_LEVEL", to_string(series.area.level));
        writer_.sink.series({values_, false, 0});
        for (auto const& observation : series.observations) tell(observation);
    }

    void finish() {
        if (!dataset_.empty()) writer_.sink.end_data_set();
        writer_.sink.finish();
    }

  private:
    void start(std::string const& dataset) {
        if (!dataset_.empty()) writer_.sink.end_data_set();
        dataset_ = dataset;
        sdmx::DataSetInfo info;
        info.structure = {"Dataflow", "KREISLAUF", dataset, "1.0", {}};
        writer_.data_set(info);
        writer_.sink.attributes({});
        measure_ = writer_.component("OBS_VALUE", sdmx::Role::measure);
    }

    void dimension(std::string_view id, std::string_view code) {
        values_.push_back(writer_.code(writer_.component(id, sdmx::Role::dimension), code));
    }
    void attribute(std::string_view id, std::string_view text) {
        if (!text.empty())
            values_.push_back(writer_.code(writer_.component(id, sdmx::Role::attribute), text));
    }

    void tell(Observation const& observation) {
        values_.clear();
        auto const& quality = observation.quality;
        dimension("TIME_PERIOD", observation.period.to_sdmx());
        attribute("OBS_STATUS", std::string(1, to_char(quality.status)));
        attribute("CONF_STATUS", std::string(1, to_char(quality.confidentiality)));
        attribute("PROTECTION", to_string(quality.protection));
        if (auto const bound = feed::lower_bound_of(observation)) attribute("OBS_LO", bound->to_string());
        if (auto const bound = feed::upper_bound_of(observation)) attribute("OBS_HI", bound->to_string());
        attribute("SRC_SIGN", quality.sign.text());
        if (auto const reason = observation.value.reason()) attribute("MISSING_REASON", to_string(*reason));
        attribute("TERR_STATE", date_text(feed::territory_day(observation.period)));
        sdmx::Measured measured;
        measured.component = measure_;
        if (auto const number = observation.value.number()) {
            measured.kind = sdmx::Measured::Kind::number;
            measured.number = *number;
        }
        writer_.sink.observation({values_, {&measured, 1}, 0, 0});
    }

    sdmx::SinkWriter writer_;
    std::string dataset_;
    std::uint32_t measure_ = 0;
    std::vector<sdmx::Coded> values_;
};

} // namespace

bool is_avro(std::string_view bytes) noexcept {
    constexpr std::string_view magic{"Obj\x01", 4};
    return bytes.substr(0, magic.size()) == magic;
}

void read_avro_as_sdmx(std::string_view bytes, sdmx::SdmxSink& sink) {
    Teller teller{sink};
    feed::read_avro_series(bytes, [&teller](feed::ReadSeries const& series) { teller.series(series); });
    teller.finish();
}

} // namespace gateway::ingest
