#include "gateway/io/markup.hpp"

#include <gtest/gtest.h>

#include "gateway/io/internet_date.hpp"

namespace gateway::io {
namespace {

TEST(Markup, LetsNoTextBecomeATagOrEndItsQuotes) {
    EXPECT_EQ(escaped_markup(R"(<a href="x" title='y'>Forst & Holz</a>)"),
              "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;Forst &amp; Holz&lt;/a&gt;");
    EXPECT_EQ(escaped_markup("Lüneburg, Hansestadt"), "Lüneburg, Hansestadt");
}

TEST(Markup, PutsBlanksForWhatXmlCannotHold) {
    EXPECT_EQ(escaped_markup(std::string_view{"a\0b\x1F"
                                              "c\td\ne",
                                              9}),
              "a b c\td\ne");
}

TEST(InternetDate, IsOfUtcBeforeAndAfterTheEpoch) {
    EXPECT_EQ(internet_date(784111777), "Sun, 06 Nov 1994 08:49:37");
    EXPECT_EQ(internet_date(0), "Thu, 01 Jan 1970 00:00:00");
    EXPECT_EQ(internet_date(-1), "Wed, 31 Dec 1969 23:59:59");
    EXPECT_EQ(internet_date(1709251199), "Thu, 29 Feb 2024 23:59:59");
}

} // namespace
} // namespace gateway::io
