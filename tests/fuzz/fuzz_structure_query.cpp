// Addresses of structures and schemas: any bytes are a query or an SdmxError, and the error is a sound message.
#include <string>
#include <string_view>

#include "gateway/io/xml_stream.hpp"
#include "gateway/sdmx/structure/query.hpp"
#include "gateway/sdmx/structure/xsd.hpp"

namespace {

using namespace gateway::sdmx::structure;
using gateway::io::XmlStream;
using gateway::sdmx::common::SdmxError;

template <typename Parse>
void check(Parse&& parse) {
    try {
        parse();
    } catch (SdmxError const& error) {
        if (std::string_view{error.what()}.empty()) __builtin_trap();
        auto const message = gateway::sdmx::common::error_xml21(error.code(), error.what());
        XmlStream xml{gateway::io::xml_source(message), "error"};
        while (xml.next() != XmlStream::Token::done) {
        }
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string text(size, '\0');
    for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(data[i]);
    check([&] { (void)parse_structure_query(ApiVersion::v1, text); });
    check([&] { (void)parse_structure_query(ApiVersion::v2, "structure/" + text); });
    check([&] { (void)parse_schema_query(ApiVersion::v1, "schema/" + text); });
    return 0;
}
