// Walking small parts of SDMX-ML: headers and structures. Internal to the readers.
#pragma once

#include <string>

#include "adapters/sdmx/sink.hpp"
#include "gateway/io/xml_stream.hpp"

namespace adapters::sdmx {

using gateway::io::XmlStream;

/// After a start tag: calls `child(name)` for each element in it. `child` must take the element to its end
/// (each_child, skip, take_text).
template <typename Child>
void each_child(XmlStream& xml, Child&& child) {
    auto const inside = xml.depth();
    while (true) {
        auto const token = xml.next();
        if (token == XmlStream::Token::end && xml.depth() < inside) return;
        if (token == XmlStream::Token::start) child(std::string{xml.local()});
    }
}

/// After a start tag: the reference in the element: a Ref or URN child, a text, or attributes of its own.
Reference take_reference(XmlStream& xml);

/// "2.1" of ".../schemas/v2_1/message"; empty where it is no namespace of SDMX-ML.
std::string version_of_namespace(std::string_view space);

/// The text without white space around it.
std::string trimmed(std::string_view text);

} // namespace adapters::sdmx
