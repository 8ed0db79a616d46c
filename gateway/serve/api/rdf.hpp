// Rdf: statements about things, and the two forms in which they are sent.
//
// Shape    a Thing has an address (empty = a node without one), classes and statements; a value is an address, a text, or
//          another thing, told where it is first met. Names are written with the prefixes of `vocabularies`.
// Forms    JSON-LD 1.1 and Turtle 1.1 of the same statements, in the same order
// Source   W3C RDF 1.1 Turtle, JSON-LD 1.1
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gateway::serve::api::rdf {

struct Thing;

struct Value {
    std::string address = {};  ///< of a thing that is told elsewhere
    std::string text = {};     ///< with `language` or `type`, or neither
    std::string language = {}; ///< "de"
    std::string type = {};     ///< "xsd:date"
    std::shared_ptr<Thing const> thing = {};
};

Value at(std::string address);
Value text(std::string words, std::string language = {});
Value typed(std::string words, std::string type);
Value made_of(Thing thing);

struct Thing {
    std::string address = {};
    std::vector<std::string> classes = {};
    std::vector<std::pair<std::string, std::vector<Value>>> statements = {};

    /// One more value of `name`; empty texts and addresses say nothing and are left out.
    Thing& say(std::string_view name, Value value);
};

/// `root` and all that it is told to be made of. Whoever names a thing twice tells it once, and names its address then.
std::string as_json_ld(Thing const& root);
std::string as_turtle(Thing const& root);

} // namespace gateway::serve::api::rdf
