#include "adapters/genesis/services.hpp"

#include "gateway/core/error.hpp"
#include "gateway/io/toml_library.hpp"

namespace adapters::genesis {
namespace {

using gateway::Errc;
using gateway::Error;

[[noreturn]] void fault(toml::source_position at, std::string const& text) {
    throw Error{Errc::malformed,
                "services.toml:" + std::to_string(at.line) + ":" + std::to_string(at.column) + ": " + text};
}

/// Reads the keys of one [[service]].
class Row {
  public:
    explicit Row(toml::table const& table) : table_{table} {}

    std::string text(std::string_view key) const {
        auto const value = need(key).value_exact<std::string>();
        if (!value || value->empty())
            fault(need(key).source().begin, quoted(key) + " must be a text, not empty");
        return *value;
    }
    bool flag(std::string_view key) const {
        auto const value = need(key).value_exact<bool>();
        if (!value) fault(need(key).source().begin, quoted(key) + " must be true or false");
        return *value;
    }
    unsigned count(std::string_view key) const {
        auto const value = need(key).value_exact<std::int64_t>();
        if (!value || *value < 1 || *value > 100)
            fault(need(key).source().begin, quoted(key) + " must be a number from 1 to 100");
        return static_cast<unsigned>(*value);
    }
    QualityColumn quality(std::string_view key) const {
        auto const value = text(key);
        if (value == "yes") return QualityColumn::yes;
        if (value == "v5") return QualityColumn::v5_only;
        if (value == "unknown") return QualityColumn::not_known;
        fault(need(key).source().begin,
              quoted(key) + " is '" + value + "'; expected \"yes\", \"v5\" or \"unknown\"");
    }
    std::string url(std::string_view key) const {
        auto value = text(key);
        if (value.rfind("http://", 0) != 0 && value.rfind("https://", 0) != 0)
            fault(need(key).source().begin, quoted(key) + " must begin with https:// or http://");
        if (value.back() != '/') value += '/';
        return value;
    }

  private:
    static std::string quoted(std::string_view key) { return "'" + std::string{key} + "'"; }
    toml::node const& need(std::string_view key) const {
        auto const* const node = table_.get(key);
        if (node == nullptr) fault(table_.source().begin, "the service lacks the key " + quoted(key));
        return *node;
    }

    toml::table const& table_;
};

toml::table parsed(std::string_view text) {
    try {
        return toml::parse(text);
    } catch (toml::parse_error const& error) {
        fault(error.source().begin, std::string{error.description()});
    }
}

} // namespace

Service load_service(std::string_view toml_text, std::string_view id, std::string_view url) {
    auto const file = parsed(toml_text);
    auto const* const services = file["service"].as_array();
    if (services == nullptr) fault({1, 1}, "no [[service]] in the file");
    std::string known;
    for (auto const& node : *services) {
        auto const* const table = node.as_table();
        if (table == nullptr) fault(node.source().begin, "a service must be a table: [[service]]");
        Row const row{*table};
        auto const name = row.text("id");
        known += (known.empty() ? "" : ", ") + name;
        if (name != id) continue;
        Service service;
        service.id = name;
        service.title = row.text("title");
        service.url = row.url("url");
        service.prefix = row.text("prefix");
        service.max_parallel = row.count("max_parallel");
        service.jobs = row.flag("jobs");
        service.cubes = row.flag("cubes");
        service.value_q = row.quality("value_q");
        service.signs = row.text("signs");
        service.licence = row.text("licence");
        service.attribution = row.text("attribution");
        if (!url.empty()) service.url = std::string{url} + (url.back() == '/' ? "" : "/");
        return service;
    }
    throw Error{Errc::invalid_argument,
                "unknown service '" + std::string{id} + "'; services.toml has " + known};
}

} // namespace adapters::genesis
