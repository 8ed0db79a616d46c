// A JSON value to be written: facts are built as trees with sorted keys.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace adapters::genesis {

class FactsValue {
  public:
    using List = std::vector<FactsValue>;
    using Object = std::map<std::string, FactsValue>;

    FactsValue() = default; ///< null
    FactsValue(bool value) : value_(value) {}
    FactsValue(std::int64_t value) : value_(value) {}
    FactsValue(int value) : value_(std::int64_t{value}) {}
    FactsValue(std::uint64_t value) : value_(static_cast<std::int64_t>(value)) {}
    FactsValue(std::string value) : value_(std::move(value)) {}
    FactsValue(std::string_view value) : value_(std::string{value}) {}
    FactsValue(char const* value) : value_(std::string{value}) {}
    FactsValue(List value) : value_(std::move(value)) {}
    FactsValue(Object value) : value_(std::make_shared<Object>(std::move(value))) {}

    /// Member of an object; null becomes an object, a missing member is made.
    FactsValue& operator[](std::string const& key);
    [[nodiscard]] std::string text(bool pretty) const;

  private:
    using Shared = std::shared_ptr<Object>;
    void write(std::string& out, bool pretty, unsigned depth) const;
    std::variant<std::monostate, bool, std::int64_t, std::string, List, Shared> value_;
};

/// Counts by text as an object.
FactsValue counts(std::map<std::string, std::uint64_t> const& counted);
FactsValue texts(std::vector<std::string> const& listed);

} // namespace adapters::genesis
