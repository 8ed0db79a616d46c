// CSV that Excel in German opens by double click.
//
// Shape    UTF-8 with BOM, ';', CRLF, decimal comma, one row per observation; two columns (code and text) for
//          every dimension that any dataset of the package has. A missing value is an empty cell, never 0.
// Keys     stay text: Excel reads ="03153" as the text 03153, while 03153 alone would lose its zero. The same
//          form guards every text that Excel would convert or run (see csv_de_field). In the file it is
//          quoted as RFC 4180 asks: "=""03153""".
// Source   RFC 4180 but for the separator; docs/handover.md lists the columns.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "gateway/feed/feed.hpp"

namespace gateway::feed {

std::unique_ptr<Writer> make_csv_de(ByteSink sink, FeedContext const& context);

/// How a text stands in a cell: as it is, quoted where RFC 4180 asks for it, or as ="text" where Excel would
/// take it for a number, date, truth value or formula. Formulas longer than Excel's 255-character limit for
/// text literals get a leading apostrophe instead.
std::string csv_de_field(std::string_view text);
/// A key: as csv_de_field, and ="text" wherever it begins with a digit.
std::string csv_de_key(std::string_view text);

} // namespace gateway::feed
