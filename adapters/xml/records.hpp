// XML cut into records while it streams.
//
// A record comes as a small document of its own: its element inside the start tags of its ancestors, so that
// paths reach up to them ("../@geo"), and beside the short elements that preceded it there ("../head/year").
//
// Memory   one record, its ancestors' tags and up to 64 KiB of such preceding elements per ancestor.
// Errors   those of gateway/io/xml_stream.hpp; structure_changed where no element fits the record path.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/io/xml_stream.hpp"

namespace adapters::xml {

/// Which elements are records: "/feed/series/obs", "//obs" or "obs" (any depth). A step is a name (any prefix),
/// a name with the prefix that the document uses, or '*'.
class RecordPath {
  public:
    /// \throws Error invalid_argument for anything else
    explicit RecordPath(std::string_view path);
    /// `open` are the names of the open elements, root first.
    [[nodiscard]] bool fits(std::vector<std::string> const& open) const;
    /// True where an element that `open` ends in can hold a record.
    [[nodiscard]] bool may_hold(std::vector<std::string> const& open) const;
    [[nodiscard]] std::string const& text() const noexcept { return text_; }

  private:
    std::string text_;
    std::vector<std::string> steps_;
    bool anywhere_ = false;
};

struct Record {
    std::string_view document; ///< until the next call
    std::size_t depth = 0;     ///< of the record's element in it; 1 = root
    gateway::Position at;      ///< where the record begins
};

class Records {
  public:
    static constexpr std::size_t max_beside = std::size_t{64} << 10U;

    Records(gateway::io::XmlSource source, std::string const& name, RecordPath path);

    std::optional<Record> next();
    /// Elements beside records that were too long to be kept for their paths.
    [[nodiscard]] std::uint64_t dropped() const noexcept { return dropped_; }

  private:
    struct Ancestor {
        std::string tag;    ///< its start tag
        std::string beside; ///< elements before the record
    };
    void open();
    Record record();

    gateway::io::XmlStream stream_;
    RecordPath path_;
    std::vector<std::string> names_;
    std::vector<Ancestor> ancestors_;
    std::string document_;
    std::string front_; // tags of the ancestors, put together
    std::string back_;
    bool front_stale_ = true;
    std::uint64_t found_ = 0;
    std::uint64_t dropped_ = 0;
    std::vector<std::string> seen_; // first paths, for the message
};

} // namespace adapters::xml
