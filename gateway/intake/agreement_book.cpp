#include "gateway/intake/agreement_book.hpp"

#include <exception>

#include "gateway/core/error.hpp"

namespace gateway::intake {

AgreementBook::AgreementBook(std::vector<std::string> folders, std::function<void(std::string_view)> complain,
                             std::chrono::milliseconds look_every)
    : folders_(std::move(folders)), complain_(std::move(complain)), look_every_(look_every), stamps_(look()),
      looked_(std::chrono::steady_clock::now()) {
    editions_.push_back(std::make_unique<Agreements const>(Agreements::load(folders_)));
}

AgreementBook::Stamps AgreementBook::look() const {
    Stamps stamps;
    for (auto& path : Agreements::files(folders_)) try {
            auto const stamp = io::stamp_of(path);
            stamps.emplace_back(std::move(path), stamp);
        } catch (Error const&) {
            continue; // removed between the two looks
        }
    return stamps;
}

void AgreementBook::complain(std::string_view text) const {
    if (complain_) complain_(text);
}

Agreements const& AgreementBook::now() const {
    std::lock_guard const guard{mutex_};
    auto const time = std::chrono::steady_clock::now();
    if (time - looked_ < look_every_) return *editions_.back();
    looked_ = time;
    try {
        auto stamps = look();
        if (stamps != stamps_) {
            auto edition = std::make_unique<Agreements const>(Agreements::load_again(
                folders_, *editions_.back(), [this](std::string_view text) { complain(text); }));
            editions_.push_back(std::move(edition));
            stamps_ = std::move(stamps);
            complain("the agreements were read again: " + std::to_string(editions_.back()->all().size()) +
                     " are in force");
        }
        trouble_.clear();
    } catch (std::exception const& error) {
        // The folder, or the schema: what is in force stays, and the next look may find it mended.
        if (trouble_ != error.what())
            complain(std::string{error.what()} + "; the agreements stay as they were");
        trouble_ = error.what();
    }
    return *editions_.back();
}

} // namespace gateway::intake
