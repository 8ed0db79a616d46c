#include "gateway/feed/avro_ocf.hpp"

#include <optional>
#include <utility>

#include "gateway/core/error.hpp"
#include "gateway/feed/avro/container.hpp"
#include "gateway/feed/avro/resolver.hpp"
#include "gateway/feed/avro/series_codec.hpp"
#include "gateway/feed/rows.hpp"

namespace gateway::feed {
namespace {

class AvroOcf final : public Writer {
  public:
    AvroOcf(ByteSink sink, FeedContext const& context, avro::Codec codec)
        : context_(context),
          container_(std::move(sink),
                     std::string{context.derived ? derived_series_schema() : observation_series_schema()},
                     codec) {}

    void series(SeriesRecord const& record) override {
        require_announced(context_, record);
        auto const multiplier = multiplier_of(record.indicator);
        retrieved_.clear();
        VintageNo last = 0;
        UnixTime received = 0;
        bool known = false;
        for (auto const& observation : record.observations) {
            if (!known || observation.vintage != last) {
                received = vintage_of(record, observation).received;
                last = observation.vintage;
                known = true;
            }
            retrieved_.push_back(received);
        }
        avro::encode_series(record, multiplier, retrieved_, container_.buffer(), context_.derived);
        container_.end_record();
    }

    void finish() override { container_.finish(); }

  private:
    FeedContext context_;
    avro::ContainerWriter container_;
    std::vector<UnixTime> retrieved_;
};

avro::Schema const& plain_schema() {
    static auto const schema = avro::Schema::parse(observation_series_schema());
    return schema;
}

avro::Schema const& newest_schema() {
    static auto const schema = avro::Schema::parse(derived_series_schema());
    return schema;
}

} // namespace

std::unique_ptr<Writer> make_avro(ByteSink sink, FeedContext const& context) {
    return make_avro_with(std::move(sink), context, avro::Codec::deflate);
}

std::unique_ptr<Writer> make_avro_with(ByteSink sink, FeedContext const& context, avro::Codec codec) {
    return std::make_unique<AvroOcf>(std::move(sink), context, codec);
}

void read_avro_series(std::string_view bytes, std::function<void(ReadSeries const&)> const& each) {
    avro::ContainerReader reader{bytes};
    // The same text is the usual case and needs no parsing; another text may still be the same schema.
    std::optional<avro::Schema> writer_schema;
    std::optional<avro::Resolver> resolver;
    if (reader.schema() != observation_series_schema()) {
        writer_schema = avro::Schema::parse(reader.schema());
        if (writer_schema->canonical() != plain_schema().canonical())
            resolver.emplace(*writer_schema, newest_schema());
    }
    avro::SeriesDecoder decoder;
    ReadSeries series;
    avro::ContainerReader::Block block;
    while (reader.next(block)) {
        avro::Cursor cursor{block.bytes};
        for (std::uint64_t i = 0; i < block.records; ++i) {
            try {
                if (resolver)
                    avro::series_from_datum(resolver->read(cursor), series);
                else
                    decoder.decode(cursor, series);
            } catch (Error const& error) {
                avro::rethrow_in("Avro block " + std::to_string(block.number) + ", record " +
                                     std::to_string(i + 1),
                                 error);
            }
            each(series);
        }
        if (!cursor.at_end())
            throw Error{Errc::malformed, "Avro block " + std::to_string(block.number) + ": " +
                                             std::to_string(cursor.left()) + " bytes follow its last record"};
    }
}

} // namespace gateway::feed
