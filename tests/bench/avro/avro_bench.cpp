// Avro container files, one record per series: our codec against Avro C, in the same run.
//
// Prints "name value unit" lines; *_ratio is how many times faster ours is. CPU seconds, medians of 5, both
// from a file in /dev/shm or the temporary directory. Checksums of what was read must agree.
//
//   avro_bench [OBSERVATIONS]     default 2,000,000
#include <avro.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "gateway/core/error.hpp"
#include "gateway/feed/avro_ocf.hpp"
#include "gateway/io/file.hpp"

namespace {

using namespace gateway;
using namespace gateway::feed;

// Series in the order in which the store gives a dataset: by indicator, then by area; 400 areas.
constexpr unsigned observations_per_series = 24;
constexpr int rounds = 5;

struct Data {
    DatasetContext dataset;
    struct Series {
        Area area;
        IndicatorKey indicator;
        std::vector<Observation> observations;
    };
    std::vector<Series> series;
    std::uint64_t observations = 0;
};

Data make(std::uint64_t wanted) {
    Data data;
    data.dataset.info.id = "BENCH_12411-01-01-4";
    data.dataset.info.dimensions = {"MEASURE", "UNIT", "SEX", "AGE"};
    for (VintageNo vintage = 1; vintage <= 3; ++vintage)
        data.dataset.vintages[vintage].received = 1'744'704'000 + vintage;
    std::mt19937_64 random{12411};
    auto const sign = Sign::from("p").value();
    while (data.observations < wanted) {
        auto const number = data.series.size();
        auto& series = data.series.emplace_back();
        std::string code{"0"};
        code += std::to_string(1001 + number % 400);
        series.area = {CodeList::ags, AreaLevel::county, code};
        series.indicator.set("MEASURE", "BEVSTD");
        series.indicator.set("UNIT", "PS");
        series.indicator.set("SEX", number / 400 % 3 == 0 ? "_T" : number / 400 % 3 == 1 ? "M" : "F");
        std::string age{"Y"};
        age += std::to_string(number / 1200 % 100);
        series.indicator.set("AGE", age);
        auto level = static_cast<std::int64_t>(random() % 100'000);
        for (unsigned i = 0; i < observations_per_series; ++i) {
            Observation observation;
            observation.period = TimePeriod::date(static_cast<int>(2000 + i), 12, 31).value();
            level += static_cast<std::int64_t>(random() % 2001) - 1000;
            if (random() % 20 == 0) {
                observation.value = Value::missing(MissingReason::confidential);
                observation.quality.status = ObsStatus::suppressed;
            } else {
                observation.value = Value::of(Decimal::from_integer(level));
            }
            if (i == observations_per_series - 1) observation.quality.sign = sign;
            if (number % 10 == 0) {
                observation.quality.protection = Protection::r5;
                observation.quality.bounds = protection_bounds(Protection::r5);
            }
            observation.vintage = i < 20 ? 1 : 3;
            series.observations.push_back(observation);
        }
        data.observations += observations_per_series;
    }
    return data;
}

double cpu_s() {
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

double seconds(std::function<void()> const& work) {
    auto const start = cpu_s();
    work();
    return cpu_s() - start;
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

void print(std::string const& name, double value, char const* unit) {
    std::printf("%s %.3f %s\n", name.c_str(), value, unit);
}

void write_ours(Data const& data, avro::Codec codec, std::string const& path) {
    std::ofstream file{path, std::ios::binary};
    FeedContext context;
    context.datasets = {&data.dataset};
    auto const writer = make_avro_with(
        [&](std::string_view piece) { file.write(piece.data(), static_cast<std::streamsize>(piece.size())); },
        context, codec);
    for (auto const& series : data.series)
        writer->series({data.dataset, series.area, "Kreis", series.indicator, series.observations});
    writer->finish();
}

struct Sum {
    std::int64_t mantissas = 0;
    std::uint64_t observations = 0;
    std::uint64_t missing = 0;
    friend bool operator==(Sum const&, Sum const&) = default;
};

Sum read_ours(std::string const& path) {
    io::MappedFile const file{path};
    Sum sum;
    read_avro_series(file.view(), [&](ReadSeries const& series) {
        for (auto const& observation : series.observations) {
            ++sum.observations;
            if (auto const number = observation.value.number())
                sum.mantissas += number->mantissa();
            else
                ++sum.missing;
        }
    });
    return sum;
}

void require(int code) {
    if (code != 0) throw Error{Errc::io, std::string{"Avro C: "} + avro_strerror()};
}

// Avro C's way: one value object, set field by field through its generic interface.
class AvroC {
  public:
    AvroC() {
        auto const text = observation_series_schema();
        require(avro_schema_from_json_length(text.data(), text.size(), &schema_));
        interface_ = avro_generic_class_from_schema(schema_);
        require(avro_generic_value_new(interface_, &record_));
    }
    AvroC(AvroC const&) = delete;
    AvroC& operator=(AvroC const&) = delete;
    ~AvroC() {
        avro_value_decref(&record_);
        avro_value_iface_decref(interface_);
        avro_schema_decref(schema_);
    }

    void write(Data const& data, char const* codec, std::string const& path) {
        avro_file_writer_t writer = nullptr;
        std::filesystem::remove(path);
        require(avro_file_writer_create_with_codec(path.c_str(), schema_, &writer, codec,
                                                   std::size_t{256} << 10U));
        for (auto const& series : data.series) {
            fill(data, series);
            require(avro_file_writer_append_value(writer, &record_));
        }
        require(avro_file_writer_close(writer));
    }

    Sum read(std::string const& path) {
        avro_file_reader_t reader = nullptr;
        require(avro_file_reader(path.c_str(), &reader));
        Sum sum;
        while (avro_file_reader_read_value(reader, &record_) == 0) {
            avro_value_t list = field(record_, 5);
            std::size_t size = 0;
            require(avro_value_get_size(&list, &size));
            for (std::size_t i = 0; i < size; ++i) {
                avro_value_t observation;
                require(avro_value_get_by_index(&list, i, &observation, nullptr));
                avro_value_t value = field(observation, 3);
                int branch = 0;
                require(avro_value_get_discriminant(&value, &branch));
                ++sum.observations;
                if (branch == 0) {
                    ++sum.missing;
                    continue;
                }
                avro_value_t decimal;
                require(avro_value_get_current_branch(&value, &decimal));
                avro_value_t mantissa = field(decimal, 0);
                std::int64_t number = 0;
                require(avro_value_get_long(&mantissa, &number));
                sum.mantissas += number;
            }
            avro_value_reset(&record_);
        }
        avro_file_reader_close(reader);
        return sum;
    }

  private:
    static avro_value_t field(avro_value_t& record, std::size_t index) {
        avro_value_t result;
        require(avro_value_get_by_index(&record, index, &result, nullptr));
        return result;
    }
    static void set_string(avro_value_t value, std::string_view text) {
        require(
            avro_value_set_string_len(&value, const_cast<char*>(std::string{text}.c_str()), text.size() + 1));
    }
    static avro_value_t branch(avro_value_t value, int index) {
        avro_value_t result;
        require(avro_value_set_branch(&value, index, &result));
        return result;
    }
    static void set_decimal(avro_value_t value, Decimal number) {
        // The analyzer cannot see that field() sets what it returns wherever it returns.
        auto mantissa = field(value, 0);
        require(
            avro_value_set_long(&mantissa, number.mantissa())); // NOLINT(clang-analyzer-core.NullDereference)
        auto scale = field(value, 1);
        require(
            avro_value_set_int(&scale, static_cast<int>(number.scale()))); // NOLINT(clang-analyzer-core.*)
    }
    static void set_int(avro_value_t value, std::int64_t number) {
        require(avro_value_set_int(&value, static_cast<int>(number)));
    }
    static void set_enum(avro_value_t value, std::size_t index) {
        require(avro_value_set_enum(&value, static_cast<int>(index)));
    }

    void fill(Data const& data, Data::Series const& series) {
        avro_value_reset(&record_);
        set_string(field(record_, 0), data.dataset.info.id);
        auto area = field(record_, 1);
        set_enum(field(area, 0), static_cast<std::size_t>(series.area.list));
        set_enum(field(area, 1), static_cast<std::size_t>(series.area.level));
        set_string(field(area, 2), series.area.code);
        set_string(field(area, 3), "Kreis");
        auto map = field(record_, 2);
        for (auto const& code : series.indicator.codes()) {
            if (code.first == "UNIT") continue;
            avro_value_t entry;
            require(avro_value_add(&map, code.first.c_str(), &entry, nullptr, nullptr));
            set_string(entry, code.second);
        }
        set_string(field(record_, 3), series.indicator.at("UNIT"));
        set_int(field(record_, 4), 0);
        auto list = field(record_, 5);
        for (auto const& observation : series.observations) append(data, list, observation);
    }

    static void append(Data const& data, avro_value_t& list, Observation const& observation) {
        constexpr std::string_view obs = "ABDEMNOPQU";
        constexpr std::string_view conf = "FCADSN";
        auto const& quality = observation.quality;
        avro_value_t item;
        require(avro_value_append(&list, &item, nullptr));
        set_int(field(item, 0), observation.period.start_day());
        set_int(field(item, 1), observation.period.end_day());
        set_enum(field(item, 2), static_cast<std::size_t>(observation.period.kind()));
        if (auto const number = observation.value.number()) {
            set_decimal(branch(field(item, 3), 1), *number);
            (void)branch(field(item, 4), 0);
        } else {
            (void)branch(field(item, 3), 0);
            set_enum(branch(field(item, 4), 1), static_cast<std::size_t>(*observation.value.reason()));
        }
        set_enum(field(item, 5), obs.find(to_char(quality.status)));
        set_enum(field(item, 6), conf.find(to_char(quality.confidentiality)));
        set_enum(field(item, 7), static_cast<std::size_t>(quality.protection));
        set_string(field(item, 8), quality.sign.text());
        if (quality.bounds) {
            auto bounds = branch(field(item, 9), 1);
            set_decimal(field(bounds, 0), quality.bounds->below);
            set_decimal(field(bounds, 1), quality.bounds->above);
        } else {
            (void)branch(field(item, 9), 0);
        }
        set_int(field(item, 10), observation.vintage);
        auto retrieved = field(item, 11);
        require(
            avro_value_set_long(&retrieved, data.dataset.vintages.at(observation.vintage).received * 1000));
    }

    avro_schema_t schema_ = nullptr;
    avro_value_iface_t* interface_ = nullptr;
    avro_value_t record_{};
};

int bench(std::uint64_t wanted) {
    auto const data = make(wanted);
    auto const folder = std::filesystem::exists("/dev/shm") ? std::filesystem::path{"/dev/shm"}
                                                            : std::filesystem::temp_directory_path();
    auto const stem = (folder / ("kreislauf-avro-bench-" + std::to_string(std::random_device{}()))).string();
    auto const millions = static_cast<double>(data.observations) / 1e6;
    AvroC avro_c;
    bool agree = true;
    for (auto const codec : {avro::Codec::null, avro::Codec::deflate, avro::Codec::zstandard}) {
        std::string const name{to_string(codec)};
        bool const both = codec != avro::Codec::zstandard; // Avro C does not have it
        auto const ours = stem + "-ours-" + name;
        auto const theirs = stem + "-avro-c-" + name;
        std::array<std::vector<double>, 4> times;
        Sum our_sum;
        Sum their_sum;
        for (int round = 0; round < rounds; ++round) {
            times[0].push_back(seconds([&] { write_ours(data, codec, ours); }));
            times[1].push_back(seconds([&] { our_sum = read_ours(ours); }));
            if (!both) continue;
            // Level 9 takes Avro C minutes: one round of it is enough to know the ratio.
            if (round == 0 || codec == avro::Codec::null)
                times[2].push_back(seconds([&] { avro_c.write(data, name.c_str(), theirs); }));
            times[3].push_back(seconds([&] { their_sum = avro_c.read(theirs); }));
        }
        print("avro_write_" + name, millions / median(times[0]), "M_obs/s");
        print("avro_read_" + name, millions / median(times[1]), "M_obs/s");
        print("avro_size_" + name, static_cast<double>(std::filesystem::file_size(ours)) / 1e6, "MB");
        if (both) {
            print("avro_c_write_" + name, millions / median(times[2]), "M_obs/s");
            print("avro_c_read_" + name, millions / median(times[3]), "M_obs/s");
            print("avro_c_size_" + name, static_cast<double>(std::filesystem::file_size(theirs)) / 1e6, "MB");
            print("avro_write_" + name + "_ratio", median(times[2]) / median(times[0]), "times");
            print("avro_read_" + name + "_ratio", median(times[3]) / median(times[1]), "times");
            // Each must also read the other's file to the same sums.
            agree =
                agree && our_sum == their_sum && read_ours(theirs) == our_sum && avro_c.read(ours) == our_sum;
            std::filesystem::remove(theirs);
        }
        std::filesystem::remove(ours);
    }
    std::printf("avro_sums_agree %d bool\n", agree ? 1 : 0);
    return agree ? 0 : 1;
}

} // namespace

int main(int argc, char** argv) {
    try {
        return bench(argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 2'000'000);
    } catch (std::exception const& error) {
        std::fprintf(stderr, "avro_bench: %s\n", error.what());
        return 2;
    }
}
