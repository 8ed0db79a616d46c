#include <string>

#include "gateway/feed/german.hpp"
#include "gateway/feed/rows.hpp"
#include "gateway/sdmx/data/message.hpp"

namespace gateway::sdmx::data {
namespace {

/// Labels are those of the source, whatever language it speaks; general words are German.
class LabelNames final : public Names {
  public:
    explicit LabelNames(query::DatasetViewPtr view) : view_(std::move(view)) {}

    [[nodiscard]] std::string component(std::string_view id, std::string_view language) const override {
        auto const german = feed::dimension_de(id);
        return language == "de" && german != id ? std::string{german} : std::string{};
    }
    [[nodiscard]] std::string code(std::string_view component, std::string_view code,
                                   std::string_view language) const override {
        if (auto const label = view_->label(component, code); !label.empty()) return std::string{label};
        if (language != "de") return {};
        if (component == "UNIT") return feed::unit_de(code);
        if (component == "OBS_STATUS")
            if (auto const status = obs_status_from(code)) return std::string{feed::status_de(*status)};
        if (component == "CONF_STATUS")
            if (auto const status = conf_status_from(code))
                return std::string{feed::confidentiality_de(*status)};
        if (component == "PROTECTION")
            if (auto const protection = protection_from(code))
                return std::string{feed::protection_de(*protection)};
        if (component == "MISSING_REASON")
            if (auto const reason = missing_reason_from(code)) return std::string{feed::reason_de(*reason)};
        if (component == "AREA_LEVEL")
            if (auto const level = area_level_from(code)) return std::string{feed::level_de(*level)};
        if (component == "LICENCE") return std::string{feed::licence_of(code).title};
        return std::string{feed::code_de(component, code)};
    }

  private:
    query::DatasetViewPtr view_;
};

} // namespace

std::shared_ptr<Names const> names_of(query::DatasetViewPtr const& view) {
    return std::make_shared<LabelNames>(view);
}

} // namespace gateway::sdmx::data
