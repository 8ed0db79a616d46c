// Records of an XML feed: the same cells however the document arrives.
#include <algorithm>
#include <string>

#include "adapters/xml/table.hpp"
#include "tests/fuzz/fuzz_cells.hpp"

namespace {

gateway::Place path(char const* text) {
    gateway::Place place;
    place.from = gateway::Place::From::column;
    place.headers = {text};
    return place;
}

gateway::Layout layout() {
    gateway::Layout feed;
    feed.feed = "fuzz";
    feed.format = "xml";
    feed.record = "//obs";
    feed.decimal = '.';
    feed.thousands = '\x01';
    feed.time = path("@year");
    feed.measure.from = gateway::Place::From::constant;
    feed.measure.text = "M";
    feed.unit = path("value/@unit");
    gateway::LayoutDimension area;
    area.variable = "KREISE";
    area.place = path("../@geo");
    gateway::LayoutDimension sex;
    sex.variable = "GES";
    sex.place = path("../sex");
    feed.dimensions = {area, sex};
    gateway::LayoutValue figures;
    figures.headers = {"*[local-name()='value']"};
    feed.values = {figures};
    return feed;
}

std::string said(std::string_view bytes, std::size_t step) {
    static auto const feed = layout();
    cell_fuzz::Judge judge;
    try {
        adapters::xml::read_table(
            [bytes, step] {
                return gateway::io::XmlSource{
                    [bytes, step, at = std::size_t{0}](char* into, std::size_t room) mutable {
                        auto const piece = bytes.substr(at, std::min(step, room));
                        piece.copy(into, piece.size());
                        at += piece.size();
                        return piece.size();
                    }};
            },
            "fuzz", feed, judge);
        cell_fuzz::require(judge.finished);
    } catch (gateway::Error const& error) {
        return error.what();
    }
    return std::to_string(judge.count);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(data[i]);
    cell_fuzz::require(said(bytes, bytes.size() + 1) == said(bytes, 1 + bytes.size() % 13));
    return 0;
}
