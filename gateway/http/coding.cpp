#include "gateway/http/coding.hpp"

#include <array>

#include "gateway/http/gzip_encoder.hpp"
#include "gateway/http/request_head.hpp"
#include "gateway/io/zstd.hpp"

namespace gateway::http {
namespace {

std::string_view next_word(std::string_view& list, char mark) noexcept {
    auto const at = list.find(mark);
    auto word = list.substr(0, at);
    list = at == std::string_view::npos ? std::string_view{} : list.substr(at + 1);
    while (!word.empty() && (word.front() == ' ' || word.front() == '\t')) word.remove_prefix(1);
    while (!word.empty() && (word.back() == ' ' || word.back() == '\t')) word.remove_suffix(1);
    return word;
}

/// Thousandths; a weight that is no number counts as none, so that nothing is sent that was not asked for.
int weight_of(std::string_view text) noexcept {
    if (text.empty() || (text[0] != '0' && text[0] != '1')) return 0;
    int value = (text[0] - '0') * 1000;
    if (text.size() == 1) return value;
    if (text[1] != '.' || text.size() > 5) return 0;
    int unit = 100;
    for (auto const c : text.substr(2)) {
        if (c < '0' || c > '9') return 0;
        value += (c - '0') * unit;
        unit /= 10;
    }
    return value > 1000 ? 0 : value;
}

class ZstdEncoder final : public Encoder {
  public:
    explicit ZstdEncoder(int level)
        : compressor_{level, [this](std::string_view bytes) { out_->append(bytes); }} {}
    void write(std::string_view piece, std::string& out) override {
        out_ = &out;
        compressor_.write(piece);
    }
    void finish(std::string& out) override {
        out_ = &out;
        compressor_.finish();
    }

  private:
    std::string* out_ = nullptr;
    io::ZstdCompressor compressor_;
};

} // namespace

std::string_view to_string(Coding coding) noexcept {
    constexpr std::array<std::string_view, 3> names{"identity", "gzip", "zstd"};
    return names[static_cast<std::size_t>(coding)];
}

Choice choose_coding(std::string_view accept) noexcept {
    if (accept.find_first_not_of(" \t,") == std::string_view::npos) return {};
    constexpr int unsaid = -1;
    int plain = unsaid, gzip = unsaid, zstd = unsaid, rest = unsaid;
    while (!accept.empty()) {
        auto item = next_word(accept, ',');
        auto const name = next_word(item, ';');
        int weight = 1000;
        while (!item.empty()) {
            auto const parameter = next_word(item, ';');
            if (parameter.size() >= 2 && (parameter[0] == 'q' || parameter[0] == 'Q') && parameter[1] == '=')
                weight = weight_of(parameter.substr(2));
        }
        if (same_name(name, "gzip") || same_name(name, "x-gzip")) gzip = weight;
        if (same_name(name, "zstd")) zstd = weight;
        if (same_name(name, "identity")) plain = weight;
        if (name == "*") rest = weight;
    }
    if (gzip == unsaid) gzip = rest == unsaid ? 0 : rest;
    if (zstd == unsaid) zstd = rest == unsaid ? 0 : rest;
    // Not named, the plain body is acceptable, but least liked, unless "*;q=0" says otherwise.
    Choice choice;
    choice.plain = plain == unsaid ? rest != 0 : plain != 0;
    auto best = plain == unsaid ? 0 : plain;
    if (gzip > 0 && gzip >= best) {
        choice.coding = Coding::gzip;
        best = gzip;
    }
    if (zstd > 0 && zstd >= best) choice.coding = Coding::zstd;
    choice.any = choice.plain || choice.coding != Coding::identity;
    return choice;
}

bool shrinks(std::string_view media_type) noexcept {
    auto const type = next_word(media_type, ';');
    auto const has = [&](std::string_view part) { return type.find(part) != std::string_view::npos; };
    if (has("openxmlformats") || has("avro") || has("zip")) return false;
    return type.compare(0, 5, "text/") == 0 || has("json") || has("xml") || has("csv") || has("javascript") ||
           has("yaml") || has("turtle");
}

std::unique_ptr<Encoder> make_encoder(Coding coding, Effort effort) {
    switch (coding) {
    case Coding::gzip: return make_gzip_encoder(effort == Effort::kept ? 6 : 1);
    case Coding::zstd: return std::make_unique<ZstdEncoder>(effort == Effort::kept ? 6 : 1);
    case Coding::identity: break;
    }
    return nullptr;
}

std::string encode(Coding coding, Effort effort, std::string_view body) {
    if (coding == Coding::identity) return std::string{body};
    std::string out;
    auto const encoder = make_encoder(coding, effort);
    encoder->write(body, out);
    encoder->finish(out);
    return out;
}

} // namespace gateway::http
