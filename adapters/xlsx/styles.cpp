#include "adapters/xlsx/styles.hpp"

#include <charconv>
#include <map>
#include <string>

namespace adapters::xlsx {
namespace {

std::uint32_t number_of(std::string_view text) noexcept {
    std::uint32_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

class StylesHandler : public PartHandler {
  public:
    void start(std::string_view name, XmlAttributes const& attributes) override {
        if (name == "numFmt" && !differential_) {
            std::string code;
            decode_xml(attributes["formatCode"], code);
            codes.insert_or_assign(number_of(attributes["numFmtId"]), std::move(code));
        } else if (name == "dxfs") {
            differential_ = true; // formats of conditional formatting
        } else if (name == "cellXfs") {
            cells_ = true;
        } else if (name == "xf" && cells_) {
            styles.push_back(number_of(attributes["numFmtId"]));
        }
    }
    void end(std::string_view name) override {
        if (name == "cellXfs") cells_ = false;
        if (name == "dxfs") differential_ = false;
    }
    void text(std::string_view, bool) override {}

    std::map<std::uint32_t, std::string> codes;
    std::vector<std::uint32_t> styles; // format ids

  private:
    bool cells_ = false;
    bool differential_ = false;
};

} // namespace

Styles::Styles() : formats_{NumberFormat{}} {}

Styles::Styles(Package const& package, std::string_view part) : Styles() {
    StylesHandler handler;
    package.scan(part, handler);
    std::map<std::uint32_t, std::uint32_t> places{{0, 0}};
    for (auto const id : handler.styles) {
        auto const [place, fresh] = places.emplace(id, static_cast<std::uint32_t>(formats_.size()));
        if (fresh) {
            auto const custom = handler.codes.find(id);
            formats_.emplace_back(custom == handler.codes.end() ? NumberFormat::builtin(id)
                                                                : std::string_view{custom->second});
        }
        styles_.push_back(place->second);
    }
}

} // namespace adapters::xlsx
