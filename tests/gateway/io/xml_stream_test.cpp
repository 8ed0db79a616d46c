#include "gateway/io/xml_stream.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

namespace {

using gateway::Error;
using gateway::io::XmlLimits;
using gateway::io::XmlSource;
using gateway::io::XmlStream;

/// Gives `bytes` in pieces of at most `piece`.
XmlSource in_pieces(std::string_view bytes, std::size_t piece) {
    return [bytes, piece](char* into, std::size_t room) mutable {
        auto const size = std::min({room, piece, bytes.size()});
        if (size != 0) std::memcpy(into, bytes.data(), size);
        bytes.remove_prefix(size);
        return size;
    };
}

/// Everything a stream says, one token per line, or the error.
std::string told(XmlSource source, XmlLimits const& limits = {}) {
    std::string out;
    try {
        XmlStream xml{std::move(source), "f.xml", limits};
        for (auto token = xml.next(); token != XmlStream::Token::done; token = xml.next()) {
            if (token == XmlStream::Token::start) {
                out += "<" + std::string{xml.name()};
                for (auto const& attribute : xml.attributes())
                    out += " " + std::string{attribute.name} + "=[" + std::string{xml.value(attribute)} + "]";
                auto const position = xml.position();
                out += " @" + std::to_string(position.line) + ":" + std::to_string(position.column) + "\n";
            } else if (token == XmlStream::Token::end) {
                out += ">" + std::string{xml.name()} + "\n";
            } else {
                out += "\"" + std::string{xml.text()} + "\"\n";
            }
        }
    } catch (Error const& error) {
        out += std::string{to_string(error.code())} + " " + error.what();
    }
    return out;
}

std::string told(std::string_view bytes, XmlLimits const& limits = {}) {
    return told(gateway::io::xml_source(bytes), limits);
}

std::string last_line(std::string const& text) {
    return text.substr(text.rfind('\n') + 1);
}

constexpr std::string_view sample = "\xEF\xBB\xBF<?xml version='1.0' encoding=\"UTF-8\"?>\n"
                                    "<!-- Gr\xC3\xBC\xC3\x9F"
                                    "e -->\n"
                                    "<a:root xmlns:a='urn:a' xmlns=\"urn:b\">\n"
                                    "  <Obs T=\"2001\" V='1.5'/>\n"
                                    "  <Obs T=\"2002\" V='&#x41;&amp;B'/>\n"
                                    "  <Obs T=\"20\xE2\x82\xAC"
                                    "3\" V='line\nbreak'/>\n"
                                    "  <a:t> x &lt; y<![CDATA[<raw>]]></a:t>\n"
                                    "  <Obs V=\"1\" T=\"2\"></Obs>\n"
                                    "</a:root>\n<!-- end -->\n";

TEST(XmlStream, TellsEveryTagWithItsPlace) {
    EXPECT_EQ(told(sample), "<a:root xmlns:a=[urn:a] xmlns=[urn:b] @3:1\n"
                            "<Obs T=[2001] V=[1.5] @4:3\n>Obs\n"
                            "<Obs T=[2002] V=[A&B] @5:3\n>Obs\n"
                            "<Obs T=[20\xE2\x82\xAC"
                            "3] V=[line break] @6:3\n>Obs\n"
                            "<a:t @8:3\n\" x < y\"\n\"<raw>\"\n>a:t\n"
                            "<Obs V=[1] T=[2] @9:3\n>Obs\n"
                            ">a:root\n");
}

TEST(XmlStream, SaysTheSameWhereverTheDocumentIsCut) {
    auto const whole = told(sample);
    for (std::size_t piece = 1; piece < 40; ++piece)
        EXPECT_EQ(told(in_pieces(sample, piece)), whole) << piece;
}

TEST(XmlStream, SaysTheSameAcrossItsWindow) {
    std::string text = "<root>";
    std::string expected = "<root @1:1\n";
    for (int i = 0; i < 20'000; ++i) {
        auto const number = std::to_string(i);
        text += "\n  <Obs TIME=\"" + number + "\" VALUE=\"\xC3\xA4" + number + "\"" +
                (i % 7 == 0 ? " S='x'" : "") + "/>";
        expected += "<Obs TIME=[" + number + "] VALUE=[\xC3\xA4" + number + "]" +
                    (i % 7 == 0 ? " S=[x]" : "") + " @" + std::to_string(i + 2) + ":3\n>Obs\n";
    }
    text += "</root>";
    expected += ">root\n";
    EXPECT_EQ(told(text), expected);
    EXPECT_EQ(told(in_pieces(text, 997)), expected);
}

TEST(XmlStream, EqualTagsHaveEqualShapes) {
    XmlStream xml{gateway::io::xml_source("<r><a x='1' y='2'/><a x='3' y='4'/><a y='3' x='4'/></r>"), "f"};
    xml.next();
    std::vector<std::uint32_t> shapes;
    while (xml.next() != XmlStream::Token::done)
        if (!xml.attributes().empty()) shapes.push_back(xml.shape());
    ASSERT_EQ(shapes.size(), 3U);
    EXPECT_EQ(shapes[0], shapes[1]);
    EXPECT_NE(shapes[0], shapes[2]);
}

TEST(XmlStream, CutsRecordsOutOfALargeDocument) {
    std::string text = "<feed>";
    for (int i = 0; i < 30'000; ++i)
        text += "<item n='" + std::to_string(i) + "'><v>" + std::to_string(i * 3) + "</v></item>\n";
    text += "</feed>";
    XmlStream xml{in_pieces(text, 5000), "f"};
    ASSERT_EQ(xml.next(), XmlStream::Token::start);
    int count = 0;
    while (xml.next() == XmlStream::Token::start) {
        auto const number = std::to_string(count);
        ASSERT_EQ(xml.take(), "<item n='" + number + "'><v>" + std::to_string(count * 3) + "</v></item>");
        ++count;
    }
    EXPECT_EQ(count, 30'000);
    EXPECT_EQ(xml.next(), XmlStream::Token::done);
}

TEST(XmlStream, SkipsAnElementWithEverythingInIt) {
    XmlStream xml{gateway::io::xml_source("<r><a><b/>t<c>u</c></a><d/></r>"), "f"};
    xml.next();
    xml.next();
    xml.skip();
    EXPECT_EQ(xml.next(), XmlStream::Token::start);
    EXPECT_EQ(xml.local(), "d");
}

TEST(XmlStream, ReadsSingleByteEncodingsThatTheDeclarationNames) {
    EXPECT_EQ(told("<?xml version='1.0' encoding='ISO-8859-1'?><r n='M\xFCnchen'/>"),
              "<r n=[M\xC3\xBCnchen] @1:44\n>r\n");
    EXPECT_EQ(told("<?xml version='1.0' encoding='windows-1252'?><r n='\x80'/>"),
              "<r n=[\xE2\x82\xAC] @1:46\n>r\n");
    EXPECT_EQ(told("<?xml version='1.0' encoding='ISO-8859-15'?><r n='\xA4'/>"),
              "<r n=[\xE2\x82\xAC] @1:45\n>r\n");
}

struct Fault {
    std::string document, expected;
};

TEST(XmlStream, RefusesWhatIsNotWellFormedAndSaysWhere) {
    std::vector<Fault> const faults{
        {"", "empty_document f.xml:1:1"},
        {"   \n", "empty_document f.xml:2:1"},
        {"hello", "malformed f.xml:1:1: text before the root"},
        {"<a>", "truncated f.xml:1:4"},
        {"<a", "truncated f.xml:1:1"},
        {"<a b='1", "truncated f.xml:1:1"},
        {"<a/><b/>", "malformed f.xml:1:5: a second root"},
        {"<a/>text", "malformed f.xml:1:5: text after"},
        {"<a></b>", "malformed f.xml:1:4: end tag 'b'"},
        {"</a>", "malformed f.xml:1:1: an end tag without"},
        {"<a></a x='1'>", "malformed f.xml:1:8: an end tag holds"},
        {"<a x='1' x='2'/>", "malformed f.xml:1:10: attribute 'x' stands twice"},
        {"<a xmlns:p='u' xmlns:q='u' p:x='1' q:x='2'/>", "malformed f.xml:1:36: attribute 'q:x'"},
        {"<p:a/>", "malformed f.xml:1:2: prefix 'p' is not declared"},
        {"<a p:x='1'/>", "malformed f.xml:1:4: prefix 'p' is not declared"},
        {"<a x=1/>", "malformed f.xml:1:6: the value"},
        {"<a x/>", "malformed f.xml:1:5: '=' is missing"},
        {"<a x='1'y='2'/>", "malformed f.xml:1:9: white space"},
        {"<a x='<'/>", "malformed f.xml:1:7: '<' in the value"},
        {"<a>\n &nbsp;</a>", "malformed f.xml:2:2"},
        {"<a x='&nbsp;'/>", "malformed f.xml:1:7: '&nbsp;'"},
        {"<a x='&#0;'/>", "malformed f.xml:1:7"},
        {"<a x='&#xD800;'/>", "malformed f.xml:1:7"},
        {"<a>]]></a>", "malformed f.xml:1:4: ']]>'"},
        {"<a><!-- -- --></a>", "malformed f.xml:1:9"},
        {"<!DOCTYPE a [<!ENTITY e 'x'>]><a/>", "malformed f.xml:1:1: a document type"},
        {"<a><?xml version='1.0'?></a>", "malformed f.xml:1:4: the XML declaration"},
        {"\n<?xml version='1.0'?><a/>", "malformed f.xml:2:1: the XML declaration"},
        {"<a>\x01</a>", "malformed f.xml:1:4: control character 0x01"},
        {"<a>\n\xFC</a>", "wrong_charset f.xml:2:1: byte 0xFC"},
        {"<a>\xC0\x80</a>", "wrong_charset f.xml:1:4"},
        {"<a>\xED\xA0\x80</a>", "wrong_charset f.xml:1:4"},
        {"<a>\xE2\x82", "wrong_charset f.xml:1:4"},
        {std::string{"\xFF\xFE<\0a\0/\0>\0", 10}, "wrong_charset f.xml:1:1: the document is UTF-16"},
        {"<?xml version='1.0' encoding='EBCDIC'?><a/>", "wrong_charset f.xml:1:31: encoding 'EBCDIC'"},
        {"<a:b:c xmlns:a='u'/>", "malformed f.xml:1:2: name"},
        {"<a><1/></a>", "malformed f.xml:1:4: '<' that begins no tag"},
        {"<a/ >", "malformed f.xml:1:3: '/' inside"},
        {"<a xmlns:p=''/>", "malformed f.xml:1:13: prefix 'p' is bound to nothing"},
    };
    for (auto const& fault : faults) {
        for (std::size_t const piece : {1U, 7U, 100'000U}) {
            auto const found = last_line(told(in_pieces(fault.document, piece)));
            EXPECT_EQ(found.substr(0, fault.expected.size()), fault.expected)
                << fault.document << " " << found;
        }
    }
}

TEST(XmlStream, ChecksATagThatLooksLikeAKnownOneUnderOtherBindings) {
    EXPECT_EQ(last_line(told("<r><a xmlns:p='u'><p:b x='1'/><p:b x='2'/></a><p:b x='3'/></r>")).substr(0, 23),
              "malformed f.xml:1:48: p");
}

TEST(XmlStream, KeepsItsLimits) {
    std::string deep;
    for (int i = 0; i < 300; ++i) deep += "<a>";
    EXPECT_EQ(last_line(told(deep)).substr(0, 26), "too_large f.xml:1:769: ele");
    std::string wide = "<a";
    for (int i = 0; i < 600; ++i) wide += " a" + std::to_string(i) + "='1'";
    EXPECT_NE(told(wide + "/>").find("too_large"), std::string::npos);
    auto const long_text = "<a>" + std::string(3'000'000, 'x') + "</a>";
    EXPECT_NE(told(long_text).find("too_large f.xml:1:4: text"), std::string::npos);
    auto const long_blank = "<a>" + std::string(3'000'000, ' ') + "</a>";
    EXPECT_EQ(told(long_blank), "<a @1:1\n>a\n");
}

} // namespace
