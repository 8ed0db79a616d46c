// Parsing Canonical Form and fingerprint (declared in schema.hpp).
#include <vector>

#include "gateway/feed/avro/fingerprint.hpp"
#include "gateway/feed/avro/schema.hpp"

namespace gateway::feed::avro {
namespace {

class Printer {
  public:
    explicit Printer(Schema const& schema) : schema_(schema), seen_(schema.size(), false) {}

    std::string print() && {
        node(schema_.root());
        return std::move(out_);
    }

  private:
    void quoted(std::string_view text) { out_.append("\"").append(text).append("\""); }

    // Only names, symbols and numbers occur, so that nothing needs escaping.
    void node(NodeNo number) {
        auto const& what = schema_.node(number);
        if (is_named(what.type) && seen_[number]) return quoted(what.name);
        seen_[number] = true;
        switch (what.type) {
        case Type::record: return record(what);
        case Type::enumeration: return enumeration(what);
        case Type::fixed:
            out_.append(R"({"name":")").append(what.name).append(R"(","type":"fixed","size":)");
            out_.append(std::to_string(what.size)).append("}");
            return;
        case Type::array:
        case Type::map:
            out_.append(R"({"type":")").append(to_string(what.type));
            out_.append(what.type == Type::array ? R"(","items":)" : R"(","values":)");
            node(what.items);
            out_.append("}");
            return;
        case Type::union_: return list(what.branches);
        default: return quoted(to_string(what.type));
        }
    }

    void list(std::vector<NodeNo> const& numbers) {
        out_.push_back('[');
        for (std::size_t i = 0; i < numbers.size(); ++i) {
            if (i != 0) out_.push_back(',');
            node(numbers[i]);
        }
        out_.push_back(']');
    }

    void record(SchemaNode const& what) {
        out_.append(R"({"name":")").append(what.name).append(R"(","type":"record","fields":[)");
        for (std::size_t i = 0; i < what.fields.size(); ++i) {
            out_.append(i == 0 ? R"({"name":")" : R"(,{"name":")").append(what.fields[i].name);
            out_.append(R"(","type":)");
            node(what.fields[i].type);
            out_.push_back('}');
        }
        out_.append("]}");
    }

    void enumeration(SchemaNode const& what) {
        out_.append(R"({"name":")").append(what.name).append(R"(","type":"enum","symbols":[)");
        for (std::size_t i = 0; i < what.symbols.size(); ++i) {
            if (i != 0) out_.push_back(',');
            quoted(what.symbols[i]);
        }
        out_.append("]}");
    }

    Schema const& schema_;
    std::vector<bool> seen_;
    std::string out_;
};

} // namespace

std::string Schema::canonical() const {
    return Printer{*this}.print();
}

std::uint64_t Schema::fingerprint() const {
    return crc64_avro(canonical());
}

} // namespace gateway::feed::avro
