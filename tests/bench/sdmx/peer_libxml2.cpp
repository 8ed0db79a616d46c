#include <libxml/parser.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <vector>

#include "bench_sdmx.hpp"

namespace bench {
namespace {

std::string_view text(xmlChar const* at) {
    return reinterpret_cast<char const*>(at);
}

struct State {
    Found found;
    bool has_value = false;
};

void value(State& state, char const* from, char const* to) {
    state.has_value = true;
    state.found.sum += std::strtod(std::string{from, to}.c_str(), nullptr);
}

/// Five pointers per attribute: name, prefix, namespace, start and end of the value.
void start_element(void* user, xmlChar const* name, xmlChar const*, xmlChar const*, int, xmlChar const**,
                   int count, int, xmlChar const** attributes) {
    auto& state = *static_cast<State*>(user);
    auto const element = text(name);
    if (element == "Obs") {
        ++state.found.observations;
        state.has_value = false;
    }
    if (element != "Obs" && element != "ObsValue") return;
    auto const wanted = element == "Obs" ? std::string_view{"OBS_VALUE"} : std::string_view{"value"};
    for (int i = 0; i < count; ++i) {
        auto const* const* const attribute = attributes + static_cast<std::ptrdiff_t>(i) * 5;
        if (text(attribute[0]) != wanted) continue;
        value(state, reinterpret_cast<char const*>(attribute[3]),
              reinterpret_cast<char const*>(attribute[4]));
    }
}

void end_element(void* user, xmlChar const* name, xmlChar const*, xmlChar const*) {
    auto& state = *static_cast<State*>(user);
    if (text(name) == "Obs" && !state.has_value) ++state.found.without_value;
}

} // namespace

Found read_with_libxml2(std::string const& path) {
    xmlSAXHandler handler;
    std::memset(&handler, 0, sizeof handler);
    handler.initialized = XML_SAX2_MAGIC;
    handler.startElementNs = start_element;
    handler.endElementNs = end_element;
    State state;
    auto* const file = std::fopen(path.c_str(), "rb");
    if (file == nullptr) throw std::runtime_error("cannot read " + path);
    auto* const parser = xmlCreatePushParserCtxt(&handler, &state, nullptr, 0, path.c_str());
    std::vector<char> buffer(std::size_t{64} << 10U);
    int fault = 0;
    while (fault == 0) {
        auto const got = std::fread(buffer.data(), 1, buffer.size(), file);
        fault = xmlParseChunk(parser, buffer.data(), static_cast<int>(got), got == 0 ? 1 : 0);
        if (got == 0) break;
    }
    xmlFreeParserCtxt(parser);
    std::fclose(file);
    if (fault != 0) throw std::runtime_error("libxml2 refuses " + path);
    return state.found;
}

} // namespace bench
