// Schema resolution: reading what was written with another version of a schema.
//
// Rules    fields, named types and enum symbols are matched by name, then by the reader's aliases; a field
// the
//          writer lacks takes the reader's default; int -> long -> float -> double and string <-> bytes are
//          promoted; a reader's union takes the branch of the same type first, then the first one that the
//          value can be promoted to.
// Stricter than the specification, because a wrong figure is worse than a refused file:
//          check() also names what fails only for some values (a union branch or enum symbol that the reader
//          lacks); values of different logical types or decimal scales are never taken for each other; a
//          whole number that float or double cannot hold exactly is refused when it is read.
// Source   Apache Avro 1.11 specification, "Schema Resolution".
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "gateway/feed/avro/datum.hpp"

namespace gateway::feed::avro {

struct Incompatibility {
    std::string path;   ///< "ObservationSeries.area.level"
    std::string reason; ///< "reader field has no default and the writer does not have it"
    bool always = true; ///< false: only for some values (a symbol or branch that the reader lacks)
    friend bool operator==(Incompatibility const&, Incompatibility const&) = default;
};

/// Everything that keeps `reader` from reading all that `writer` can write; empty = readable.
std::vector<Incompatibility> check(Schema const& writer, Schema const& reader);

class Resolver {
  public:
    /// Both schemas must outlive it. Throws Error malformed listing what is always incompatible.
    Resolver(Schema const& writer, Schema const& reader);
    ~Resolver();
    Resolver(Resolver&&) noexcept;
    Resolver& operator=(Resolver&&) noexcept;

    /// Reads one value written with the writer's schema as a value of the reader's.
    /// \throws Error malformed, truncated; malformed for a symbol or branch that the reader lacks
    Datum read(Cursor& cursor) const;

  private:
    friend std::vector<Incompatibility> check(Schema const& writer, Schema const& reader);
    struct Plan;
    std::unique_ptr<Plan const> plan_;
};

} // namespace gateway::feed::avro
