// A store with an archive, both filled, and files as an operator's directory holds them.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include "gateway/io/file.hpp"
#include "gateway/raw/archive.hpp"
#include "tests/gateway/store/fixture.hpp"

namespace gateway::care::testing {

using store::testing::TempDirectory;

/// Keeps a document and loads one figure from it.
inline void load_document(std::string const& directory, std::string const& number, UnixTime received) {
    raw::Archive archive{directory + "/raw"};
    Provenance provenance;
    provenance.source = "regionalstatistik";
    provenance.endpoint = "data/tablefile";
    provenance.received = received;
    std::string bytes = "table;12411-01-01-4\n";
    for (int i = 0; i < 200; ++i) bytes += "row;" + std::to_string(i * 7919 % 1000) + ";" + number + "\n";
    auto const kept = archive.keep(bytes, provenance);
    auto const store = store::open_sqlite(directory);
    auto const document = store->record_document(kept.sha256, kept.bytes, provenance);
    auto request = store::testing::request(store::testing::population(), received);
    request.document = document;
    auto const load = store->begin(request);
    auto const indicator = load->indicator(store::testing::indicator_of("F"));
    for (int area = 10'000; area < 10'100; ++area) {
        load->put(indicator, load->area(store::testing::county(std::to_string(area))),
                  std::vector{store::testing::observed("2020", number)});
        load->label("AREA", std::to_string(area), "Kreis " + std::to_string(area));
    }
    load->commit("position", 100, 0, {});
}

/// Directory of a store with three documents and a key file beside them.
class Site {
  public:
    Site() {
        for (int i = 1; i < 4; ++i) load_document(path(), std::to_string(i), 1000 + i);
        std::filesystem::create_directories(path() + "/service");
        std::ofstream{path() + "/service/keys"} << "id scope\n";
    }
    [[nodiscard]] std::string const& path() const noexcept { return directory_.path(); }
    [[nodiscard]] std::string hash() const { return store::open_sqlite(path(), true)->content_hash(); }

  private:
    TempDirectory directory_;
};

inline void flip(std::string const& file, std::uint64_t byte, unsigned bit) {
    std::fstream stream{file, std::ios::binary | std::ios::in | std::ios::out};
    stream.seekg(static_cast<std::streamoff>(byte));
    auto const whole = static_cast<unsigned>(stream.get());
    stream.seekp(static_cast<std::streamoff>(byte));
    stream.put(static_cast<char>(whole ^ (1U << bit)));
}

} // namespace gateway::care::testing
