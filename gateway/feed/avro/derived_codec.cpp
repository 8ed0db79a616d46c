#include "gateway/feed/avro/derived_codec.hpp"

#include "gateway/feed/avro/series_checks.hpp"

namespace gateway::feed::avro {
namespace {

void append_decimal(Buffer& out, Decimal value) {
    append_long(out, value.mantissa());
    append_long(out, static_cast<std::int64_t>(value.scale()));
}

void append_optional(Buffer& out, std::optional<Decimal> value) {
    append_long(out, value ? 1 : 0);
    if (value) append_decimal(out, *value);
}

std::optional<Decimal> optional_from(Datum const& datum) {
    return datum.branch == 1 ? std::optional{decimal_from(datum)} : std::nullopt;
}

namespace field {
enum : std::size_t {
    origin,
    territory,
    coverage,
    sources,
    largest_share,
    low,
    high,
    method,
    flags,
    basis,
    note
};
}

} // namespace

Decimal decimal_from(Datum const& datum) {
    auto const scale = datum.items.at(1).number;
    if (scale < 0 || scale > std::int64_t{Decimal::max_scale})
        throw impossible("a scale of " + std::to_string(scale) + " digits");
    return Decimal::from_scaled(datum.items.at(0).number, static_cast<unsigned>(scale));
}

void append_derived(Buffer& out, Derived const* derived) {
    append_long(out, derived == nullptr ? 0 : 1);
    if (derived == nullptr) return;
    append_long(out, static_cast<std::int64_t>(derived->origin));
    append_long(out, derived->territory ? 1 : 0);
    if (derived->territory) append_long(out, *derived->territory);
    append_decimal(out, derived->coverage);
    append_long(out, derived->sources);
    append_optional(out, derived->largest_share);
    append_optional(out, derived->low);
    append_optional(out, derived->high);
    for (auto const* text : {&derived->method, &derived->flags, &derived->basis, &derived->note})
        append_bytes(out, *text);
}

std::optional<Derived> derived_from(Datum const& datum) {
    if (datum.branch != 1) return std::nullopt;
    auto const at = [&](std::size_t index) -> Datum const& { return datum.items.at(index); };
    Derived derived;
    derived.origin = static_cast<Derived::Origin>(at(field::origin).number);
    if (at(field::territory).branch == 1)
        derived.territory = static_cast<std::int32_t>(at(field::territory).number);
    derived.coverage = decimal_from(at(field::coverage));
    derived.sources = static_cast<std::uint32_t>(at(field::sources).number);
    derived.largest_share = optional_from(at(field::largest_share));
    derived.low = optional_from(at(field::low));
    derived.high = optional_from(at(field::high));
    derived.method = at(field::method).text;
    derived.flags = at(field::flags).text;
    derived.basis = at(field::basis).text;
    derived.note = at(field::note).text;
    return derived;
}

} // namespace gateway::feed::avro
