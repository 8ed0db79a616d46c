#include "gateway/serve/sdmx/words.hpp"

#include <string>
#include <utility>

#include "gateway/sdmx/structure/general.hpp"
#include "gateway/serve/sdmx/names.hpp"

namespace gateway::serve::sdmx {
namespace {

using gateway::sdmx::common::LocalText;

/// Name of an item of a scheme; null where it has no such item.
LocalText const* name_in(structure::Artefact const* artefact, std::string_view id) noexcept {
    if (artefact == nullptr) return nullptr;
    auto const* const scheme = artefact->scheme();
    if (scheme == nullptr) return nullptr;
    auto const found = scheme->find(id);
    return found ? &scheme->items[*found].name : nullptr;
}

std::string exactly(LocalText const& text, std::string_view language) {
    return language == "de" ? text.de : text.en;
}

class Words final : public data::Names {
  public:
    explicit Words(query::DatasetViewPtr const& view) : labels_(data::names_of(view)) {}

    [[nodiscard]] std::string component(std::string_view id, std::string_view language) const override {
        if (auto const* const name = name_in(&structure::general().concepts, id); name != nullptr)
            if (auto text = exactly(*name, language); !text.empty()) return text;
        return labels_->component(id, language);
    }

    [[nodiscard]] std::string code(std::string_view component, std::string_view code,
                                   std::string_view language) const override {
        auto label = labels_->code(component, code, language);
        if (language == "de" && !label.empty()) return label;
        auto const& general = structure::general();
        LocalText word;
        if (auto const* const form = general.concept_form(component); form != nullptr && form->enumeration)
            if (auto const* const name = name_in(general.code_list(*form->enumeration), code);
                name != nullptr)
                word = *name;
        if (word.empty()) word = structure::shared_code_name(component, code);
        if (auto text = exactly(word, language); !text.empty()) return text;
        return label.empty() ? word.in(language) : label;
    }

  private:
    std::shared_ptr<data::Names const> labels_;
};

} // namespace

std::shared_ptr<data::Names const> words_of(query::DatasetViewPtr const& view) {
    return std::make_shared<Words>(view);
}

} // namespace gateway::serve::sdmx
