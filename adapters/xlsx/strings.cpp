#include "adapters/xlsx/strings.hpp"

#include <array>
#include <charconv>
#include <cstring>

#include "adapters/xlsx/utf8.hpp"

namespace adapters::xlsx {

using gateway::Errc;
using gateway::Error;

void TextCollector::start(std::string_view name, XmlAttributes const& attributes) {
    if (name == "rPh") phonetic_ = true;
    if (name != "t" || phonetic_) return;
    in_text_ = true;
    preserve_ = attributes["xml:space"] == "preserve";
    run_.clear();
}

void TextCollector::text(std::string_view raw, bool verbatim) {
    if (!in_text_) return;
    if (verbatim)
        run_ += raw;
    else
        decode_xml(raw, run_);
}

void TextCollector::end(std::string_view name) {
    if (name == "rPh") phonetic_ = false;
    if (name != "t" || !in_text_) return;
    in_text_ = false;
    std::string_view text = run_;
    if (!preserve_) {
        constexpr std::string_view blanks = " \t\r\n";
        auto const first = text.find_first_not_of(blanks);
        text = first == std::string_view::npos
                   ? std::string_view{}
                   : text.substr(first, text.find_last_not_of(blanks) + 1 - first);
    }
    unescape_ooxml(text, collected_);
}

void TextCollector::take(std::string& out) {
    out += collected_;
    collected_.clear();
}

void unescape_ooxml(std::string_view text, std::string& out) {
    for (;;) {
        auto const at = text.find("_x");
        if (at == std::string_view::npos) {
            out += text;
            return;
        }
        std::uint32_t number = 0;
        auto const* const digits = text.data() + at + 2;
        bool const whole = at + 7 <= text.size() && text[at + 6] == '_';
        if (whole && std::from_chars(digits, digits + 4, number, 16).ptr == digits + 4) {
            out += text.substr(0, at);
            // What XML cannot hold (a bell, half a surrogate pair) stays as it is written.
            if (!append_character(number, out)) out += text.substr(at, 7);
            text.remove_prefix(at + 7);
        } else {
            out += text.substr(0, at + 2);
            text.remove_prefix(at + 2);
        }
    }
}

namespace {

class StringsHandler : public PartHandler {
  public:
    StringsHandler(gateway::io::SpilledBytes& text, gateway::io::SpilledBytes& ends)
        : text_(text), ends_(ends) {}
    void start(std::string_view name, XmlAttributes const& attributes) override {
        if (name == "si") inside_ = true;
        if (inside_) collector_.start(name, attributes);
    }
    void text(std::string_view raw, bool verbatim) override { collector_.text(raw, verbatim); }
    void end(std::string_view name) override {
        if (!inside_) return;
        collector_.end(name);
        if (name != "si") return;
        inside_ = false;
        one_.clear();
        collector_.take(one_);
        if (text_.size() + one_.size() > SharedStrings::max_bytes)
            throw Error{Errc::too_large, "the texts of the workbook take more than " +
                                             std::to_string(SharedStrings::max_bytes >> 20U) +
                                             " MiB: divide the workbook or send CSV"};
        text_.append(one_);
        auto const end = static_cast<std::uint32_t>(text_.size());
        std::array<char, sizeof end> bytes{};
        std::memcpy(bytes.data(), &end, sizeof end);
        ends_.append({bytes.data(), bytes.size()});
        ++size;
    }
    std::size_t size = 0;

  private:
    gateway::io::SpilledBytes& text_;
    gateway::io::SpilledBytes& ends_;
    TextCollector collector_;
    std::string one_;
    bool inside_ = false;
};

} // namespace

SharedStrings::SharedStrings(Package const& package, std::string_view part) {
    StringsHandler handler{text_, ends_};
    package.scan(part, handler);
    text_.finish();
    ends_.finish();
    size_ = handler.size;
}

} // namespace adapters::xlsx
