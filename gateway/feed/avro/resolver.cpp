#include "gateway/feed/avro/resolver.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

namespace gateway::feed::avro {
namespace {

constexpr unsigned match_depth_limit = 64;

std::string described(SchemaNode const& node) {
    return is_named(node.type) ? std::string{to_string(node.type)} + " " + node.name
                               : std::string{to_string(node.type)};
}

bool same_name(SchemaNode const& writer, SchemaNode const& reader) noexcept {
    if (short_name(writer.name) == short_name(reader.name)) return true;
    return std::any_of(reader.aliases.begin(), reader.aliases.end(), [&](std::string const& alias) {
        return alias == writer.name || short_name(alias) == writer.name;
    });
}

bool is_promotion(Type writer, Type reader) noexcept {
    switch (writer) {
    case Type::int_: return reader == Type::long_ || reader == Type::float_ || reader == Type::double_;
    case Type::long_: return reader == Type::float_ || reader == Type::double_;
    case Type::float_: return reader == Type::double_;
    case Type::string: return reader == Type::bytes;
    case Type::bytes: return reader == Type::string;
    default: return false;
    }
}

/// Whole numbers that the reader's type may not hold exactly.
bool may_lose_digits(Type writer, Type reader) noexcept {
    return (writer == Type::long_ && reader != Type::long_) ||
           (writer == Type::int_ && reader == Type::float_);
}

/// Why a value of one logical type must not be taken for the other; empty where it may.
std::string logical_conflict(SchemaNode const& writer, SchemaNode const& reader) {
    if (writer.logical_type.empty() || reader.logical_type.empty()) return {};
    if (writer.logical_type != reader.logical_type)
        return "logical type " + writer.logical_type + " is read as " + reader.logical_type;
    if (writer.logical_type == "decimal" &&
        (writer.scale != reader.scale || writer.precision > reader.precision))
        return "decimal(" + std::to_string(writer.precision) + "," + std::to_string(writer.scale) +
               ") is read as decimal(" + std::to_string(reader.precision) + "," +
               std::to_string(reader.scale) + ")";
    return {};
}

} // namespace

struct Resolver::Plan {
    using StepNo = std::uint32_t;
    enum class Kind : std::uint8_t {
        value,
        enumeration,
        sequence,
        record,
        writer_union,
        reader_union,
        refuse
    };

    struct Step {
        Kind kind = Kind::refuse;
        NodeNo writer = 0;
        NodeNo reader = 0;
        std::int32_t branch = -1;            ///< reader_union
        std::vector<StepNo> steps;           ///< of items, fields, branches
        std::vector<std::int32_t> positions; ///< enum: reader's symbol; record: reader's field, -1 = skip
        std::vector<std::pair<std::size_t, Datum>> defaults;
        std::string reason; ///< refuse; record: a field that nothing fills
    };

    Schema const& writer;
    Schema const& reader;
    std::vector<Step> steps;
    std::vector<Incompatibility> problems;
    std::map<std::pair<NodeNo, NodeNo>, StepNo> known;
    StepNo root = 0;

    Plan(Schema const& writer_schema, Schema const& reader_schema)
        : writer(writer_schema), reader(reader_schema) {
        root = compile(writer.root(), reader.root(), {}, true);
    }

    StepNo add(Kind kind, NodeNo w, NodeNo r) {
        auto const number = static_cast<StepNo>(steps.size());
        auto& step = steps.emplace_back();
        step.kind = kind;
        step.writer = w;
        step.reader = r;
        return number;
    }

    StepNo refuse(NodeNo w, NodeNo r, std::string const& path, std::string const& reason, bool always) {
        auto const number = add(Kind::refuse, w, r);
        steps[number].reason = reason;
        problems.push_back({path, reason, always});
        return number;
    }

    /// `always` is false inside branches that some values only take.
    StepNo compile(NodeNo w, NodeNo r, std::string const& path, bool always) {
        if (auto const found = known.find({w, r}); found != known.end()) return found->second;
        auto const& from = writer.node(w);
        auto const& to = reader.node(r);
        auto const& place =
            path.empty() && from.type == Type::record ? std::string{short_name(from.name)} : path;
        if (from.type == Type::union_) return writer_union(w, r, place, always);
        if (to.type == Type::union_) return reader_union(w, r, place, always);
        if (!matches(w, r, 0))
            return refuse(w, r, place, "writer has " + described(from) + ", reader wants " + described(to),
                          always);
        if (auto const conflict = logical_conflict(from, to); !conflict.empty())
            return refuse(w, r, place, conflict, always);
        switch (from.type) {
        case Type::record: return record(w, r, place, always);
        case Type::enumeration: return enumeration(w, r, place);
        case Type::array:
        case Type::map: {
            auto const number = add(Kind::sequence, w, r);
            known.emplace(std::pair{w, r}, number);
            auto const items = compile(from.items, to.items, place + "[]", always);
            steps[number].steps.push_back(items);
            return number;
        }
        default: break;
        }
        if (may_lose_digits(from.type, to.type))
            problems.push_back({place,
                                "not every " + std::string{to_string(from.type)} + " is a " +
                                    std::string{to_string(to.type)},
                                false});
        return add(Kind::value, w, r);
    }

    /// The specification's "schemas match": not yet what is inside.
    [[nodiscard]] bool matches(NodeNo w, NodeNo r, unsigned depth) const {
        auto const& from = writer.node(w);
        auto const& to = reader.node(r);
        if (from.type == Type::union_ || to.type == Type::union_ || depth > match_depth_limit) return true;
        if (from.type != to.type) return is_promotion(from.type, to.type);
        if (is_named(from.type)) return same_name(from, to) && from.size == to.size;
        if (from.type == Type::array || from.type == Type::map)
            return matches(from.items, to.items, depth + 1);
        return true;
    }

    StepNo writer_union(NodeNo w, NodeNo r, std::string const& path, bool always) {
        auto const number = add(Kind::writer_union, w, r);
        known.emplace(std::pair{w, r}, number);
        auto const branches = writer.node(w).branches;
        for (auto const branch : branches) {
            auto const step = compile(branch, r, path, always && branches.size() == 1);
            steps[number].steps.push_back(step);
        }
        return number;
    }

    StepNo reader_union(NodeNo w, NodeNo r, std::string const& path, bool always) {
        auto const& branches = reader.node(r).branches;
        auto const& from = writer.node(w);
        std::optional<std::size_t> chosen;
        for (std::size_t i = 0; i < branches.size() && !chosen; ++i)
            if (reader.node(branches[i]).type == from.type && matches(w, branches[i], 0)) chosen = i;
        for (std::size_t i = 0; i < branches.size() && !chosen; ++i)
            if (matches(w, branches[i], 0)) chosen = i;
        if (!chosen)
            return refuse(w, r, path, "reader's union has no branch for the writer's " + described(from),
                          always);
        auto const number = add(Kind::reader_union, w, r);
        steps[number].branch = static_cast<std::int32_t>(*chosen);
        auto const step = compile(w, branches[*chosen], path, always);
        steps[number].steps.push_back(step);
        return number;
    }

    StepNo enumeration(NodeNo w, NodeNo r, std::string const& path) {
        auto const number = add(Kind::enumeration, w, r);
        auto const& to = reader.node(r);
        auto const position = [&](std::string const& symbol) {
            auto const found = std::find(to.symbols.begin(), to.symbols.end(), symbol);
            return found == to.symbols.end() ? -1 : static_cast<std::int32_t>(found - to.symbols.begin());
        };
        auto const otherwise = to.default_symbol ? position(*to.default_symbol) : -1;
        for (auto const& symbol : writer.node(w).symbols) {
            auto const index = position(symbol);
            steps[number].positions.push_back(index >= 0 ? index : otherwise);
            if (index < 0 && otherwise < 0)
                problems.push_back(
                    {path, "reader's enum lacks the symbol " + symbol + " and has no default", false});
        }
        return number;
    }

    StepNo record(NodeNo w, NodeNo r, std::string const& path, bool always) {
        auto const number = add(Kind::record, w, r);
        known.emplace(std::pair{w, r}, number);
        auto const& from = writer.node(w);
        auto const& to = reader.node(r);
        std::vector<bool> filled(to.fields.size(), false);
        for (auto const& field : from.fields) {
            auto const index = reader_field(to, from, field.name);
            steps[number].positions.push_back(index);
            StepNo step = 0;
            if (index >= 0) {
                auto const& target = to.fields[static_cast<std::size_t>(index)];
                filled[static_cast<std::size_t>(index)] = true;
                step = compile(field.type, target.type, path + "." + target.name, always);
            }
            steps[number].steps.push_back(step);
        }
        for (std::size_t i = 0; i < to.fields.size(); ++i) {
            if (filled[i]) continue;
            auto const& field = to.fields[i];
            if (field.default_json) {
                steps[number].defaults.emplace_back(i,
                                                    datum_from_json(reader, field.type, *field.default_json));
                continue;
            }
            std::string const reason = "the writer lacks this field and the reader has no default for it";
            problems.push_back({path + "." + field.name, reason, always});
            // Inside a branch that few values take, this comes up only when such a value is read.
            steps[number].reason = path + "." + field.name + ": " + reason;
        }
        return number;
    }

    /// By name first; an alias counts only where the writer has no field of the reader's own name.
    static std::int32_t reader_field(SchemaNode const& to, SchemaNode const& from, std::string const& name) {
        for (std::size_t i = 0; i < to.fields.size(); ++i)
            if (to.fields[i].name == name) return static_cast<std::int32_t>(i);
        for (std::size_t i = 0; i < to.fields.size(); ++i) {
            auto const& field = to.fields[i];
            auto const taken =
                std::any_of(from.fields.begin(), from.fields.end(),
                            [&](SchemaField const& other) { return other.name == field.name; });
            if (!taken && std::find(field.aliases.begin(), field.aliases.end(), name) != field.aliases.end())
                return static_cast<std::int32_t>(i);
        }
        return -1;
    }

    [[nodiscard]] Datum run(StepNo number, Cursor& cursor, unsigned depth) const {
        if (depth > datum_depth_limit) cursor.fail("value is nested too deeply");
        cursor.charge();
        auto const& step = steps[number];
        switch (step.kind) {
        case Kind::value: return value(step, cursor);
        case Kind::enumeration: return symbol(step, cursor);
        case Kind::sequence: return sequence(step, cursor, depth);
        case Kind::record: return fields(step, cursor, depth);
        case Kind::writer_union: {
            auto const branch = cursor.take_long();
            if (branch < 0 || static_cast<std::uint64_t>(branch) >= step.steps.size())
                cursor.fail("union has no branch " + std::to_string(branch));
            return run(step.steps[static_cast<std::size_t>(branch)], cursor, depth + 1);
        }
        case Kind::reader_union: {
            auto datum = run(step.steps.front(), cursor, depth + 1);
            datum.branch = step.branch;
            return datum;
        }
        case Kind::refuse: break;
        }
        cursor.fail(step.reason);
    }

    [[nodiscard]] Datum value(Step const& step, Cursor& cursor) const {
        auto const& from = writer.node(step.writer);
        auto const& to = reader.node(step.reader);
        Datum datum;
        datum.type = to.type;
        switch (from.type) {
        case Type::boolean: datum.number = cursor.take_boolean() ? 1 : 0; break;
        case Type::int_: datum.number = cursor.take_int(); break;
        case Type::long_: datum.number = cursor.take_long(); break;
        case Type::float_: {
            float real = 0;
            std::memcpy(&real, cursor.take(sizeof real).data(), sizeof real);
            datum.real = static_cast<double>(real);
            break;
        }
        case Type::double_:
            std::memcpy(&datum.real, cursor.take(sizeof datum.real).data(), sizeof datum.real);
            break;
        case Type::bytes:
        case Type::string: datum.text = cursor.take_bytes(); break;
        case Type::fixed: datum.text = cursor.take(from.size); break;
        default: break;
        }
        bool const was_whole = from.type == Type::int_ || from.type == Type::long_;
        if (was_whole && (to.type == Type::float_ || to.type == Type::double_)) {
            // 2^24 and 2^53: up to there every whole number has its own float or double.
            auto const limit = std::int64_t{1} << (to.type == Type::float_ ? 24 : 53);
            if (datum.number > limit || datum.number < -limit)
                cursor.fail(std::to_string(datum.number) + " cannot be held exactly as " +
                            std::string{to_string(to.type)});
            datum.real = static_cast<double>(datum.number);
            datum.number = 0;
        }
        return datum;
    }

    [[nodiscard]] Datum symbol(Step const& step, Cursor& cursor) const {
        auto const& from = writer.node(step.writer);
        auto const index = cursor.take_long();
        if (index < 0 || static_cast<std::uint64_t>(index) >= from.symbols.size())
            cursor.fail(described(from) + " has no symbol number " + std::to_string(index));
        auto const position = step.positions[static_cast<std::size_t>(index)];
        if (position < 0)
            cursor.fail("the reader's " + described(reader.node(step.reader)) + " lacks the symbol " +
                        from.symbols[static_cast<std::size_t>(index)]);
        Datum datum;
        datum.type = Type::enumeration;
        datum.number = position;
        datum.text = reader.node(step.reader).symbols[static_cast<std::size_t>(position)];
        return datum;
    }

    [[nodiscard]] Datum sequence(Step const& step, Cursor& cursor, unsigned depth) const {
        auto const& from = writer.node(step.writer);
        bool const keyed = from.type == Type::map;
        Datum datum;
        datum.type = from.type;
        while (auto const count = cursor.take_block(writer.least_bytes(from.items) + (keyed ? 1 : 0)))
            for (std::uint64_t i = 0; i < count; ++i) {
                if (keyed) datum.keys.emplace_back(cursor.take_bytes());
                datum.items.push_back(run(step.steps.front(), cursor, depth + 1));
            }
        return datum;
    }

    [[nodiscard]] Datum fields(Step const& step, Cursor& cursor, unsigned depth) const {
        if (!step.reason.empty()) cursor.fail(step.reason);
        auto const& from = writer.node(step.writer);
        Datum datum;
        datum.type = Type::record;
        datum.items.resize(reader.node(step.reader).fields.size());
        for (std::size_t i = 0; i < from.fields.size(); ++i) {
            auto const position = step.positions[i];
            if (position < 0)
                skip(writer, from.fields[i].type, cursor, depth + 1);
            else
                datum.items[static_cast<std::size_t>(position)] = run(step.steps[i], cursor, depth + 1);
        }
        for (auto const& [position, otherwise] : step.defaults) datum.items[position] = otherwise;
        return datum;
    }
};

std::vector<Incompatibility> check(Schema const& writer, Schema const& reader) {
    return Resolver::Plan{writer, reader}.problems;
}

Resolver::Resolver(Schema const& writer, Schema const& reader) {
    auto plan = std::make_unique<Plan>(writer, reader);
    std::string reasons;
    for (auto const& problem : plan->problems)
        if (problem.always) reasons += (reasons.empty() ? "" : "; ") + problem.path + ": " + problem.reason;
    if (!reasons.empty())
        throw Error{Errc::malformed, "schema of the file cannot be read with the schema wanted: " + reasons};
    plan_ = std::move(plan);
}

Resolver::~Resolver() = default;
Resolver::Resolver(Resolver&&) noexcept = default;
Resolver& Resolver::operator=(Resolver&&) noexcept = default;

Datum Resolver::read(Cursor& cursor) const {
    return plan_->run(plan_->root, cursor, 0);
}

} // namespace gateway::feed::avro
