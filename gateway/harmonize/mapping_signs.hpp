// Quality signs: what an office means by "-", "." or "p", in one layout and at one time.
//
// A file in mappings/signs/ holds the dictionaries of an office; the first one whose services, layouts and
// days fit is in force. The day is the one on which the document was received.
//
// Source   docs/mappings.md, signs; schemas/mapping/signs.schema.json
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "gateway/harmonize/mapping.hpp"
#include "gateway/harmonize/mapping_tree.hpp"

namespace gateway::harmonize {

class Signs {
  public:
    void read(Section const& file, std::string_view service, std::string_view layout, std::int32_t day);
    [[nodiscard]] SignMeaning map(std::string_view text) const;

  private:
    std::map<std::string, SignMeaning, std::less<>> signs_;
};

} // namespace gateway::harmonize
