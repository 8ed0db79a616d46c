// What the writers of structure messages share: going through a selection a piece at a time. Internal.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/sdmx/structure/writer.hpp"

namespace gateway::sdmx::structure {

class StructureWriter::Part {
  public:
    Part(Selection selection, MessageHeader header);
    Part(Part const&) = delete;
    Part& operator=(Part const&) = delete;
    virtual ~Part() = default;

    bool next(std::string& out);

  protected:
    // In this order: begin, then for each group open_group, for each artefact of it open_artefact, item ...,
    // close_artefact, then close_group, at last finish.
    virtual void begin(std::string& out) = 0;
    /// Number of the element or array that holds artefacts of a kind.
    [[nodiscard]] virtual int group_of(Kind kind) const = 0;
    virtual void open_group(Kind kind, std::string& out) = 0;
    virtual void close_group(Kind kind, std::string& out) = 0;
    /// Everything of the artefact but its items; of category schemes those as well, because they are nested.
    virtual void open_artefact(Selected const& entry, bool is_first, std::string& out) = 0;
    virtual void item(Selected const& entry, std::uint32_t position, bool is_first, std::string& out) = 0;
    virtual void close_artefact(Selected const& entry, std::string& out) = 0;
    virtual void finish(std::string& out) = 0;

    [[nodiscard]] MessageHeader const& header() const noexcept { return header_; }
    /// "de" and "en" in the reader's order.
    [[nodiscard]] std::vector<std::string> const& languages() const noexcept { return languages_; }
    /// Address of an artefact; empty without an entry point.
    [[nodiscard]] std::string address_of(Identity const& identity, bool v2) const;
    [[nodiscard]] static bool shows(Selected const& entry, std::uint32_t position) noexcept;
    [[nodiscard]] static bool is_partial(Selected const& entry) noexcept;
    /// Annotations, with the counts of a region where the artefact is a constraint that is written whole.
    [[nodiscard]] static std::vector<Annotation> annotations_of(Selected const& entry);

  private:
    void step(std::string& out);

    Selection selection_;
    MessageHeader header_;
    std::vector<std::string> languages_;
    std::size_t entry_ = 0;
    std::size_t item_ = 0;
    bool is_open_ = false; ///< the artefact of entry_
    int group_ = -1;
    bool has_begun_ = false;
    bool is_done_ = false;
};

std::unique_ptr<StructureWriter::Part> make_xml_part(Selection selection, MessageHeader header, bool v2);
std::unique_ptr<StructureWriter::Part> make_json_part(Selection selection, MessageHeader header, bool v2);

} // namespace gateway::sdmx::structure
