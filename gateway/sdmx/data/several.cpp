// Messages of several dataflows: their writers one after the other. The first opens the message for all of them, the
// last closes it.
#include <utility>

#include "gateway/sdmx/data/message.hpp"

namespace gateway::sdmx::data {
namespace {

class Several final : public DataWriter {
  public:
    Several(std::vector<std::unique_ptr<DataWriter>> writers, bool reads_ahead)
        : writers_(std::move(writers)), reads_ahead_(reads_ahead) {}

    bool next(std::string& out) override {
        if (std::exchange(reads_ahead_, false))
            for (auto const& writer : writers_) writer->read_ahead();
        for (; at_ < writers_.size(); ++at_) {
            if (writers_[at_]->next(out)) return true;
            writers_[at_].reset();
        }
        return false;
    }

  private:
    std::vector<std::unique_ptr<DataWriter>> writers_;
    bool reads_ahead_;
    std::size_t at_ = 0;
};

} // namespace

std::unique_ptr<DataWriter> make_writer(StoreLease const& lease, std::vector<Question> questions) {
    if (questions.size() == 1) {
        auto& one = questions.front();
        return make_writer(lease, std::move(one.view), std::move(one.selection), std::move(one.options));
    }
    auto const companions = std::make_shared<Companions>();
    for (auto const& one : questions) companions->views.push_back(one.view);
    companions->structures.resize(questions.size());
    auto const& first = questions.front().options;
    bool const is_json = first.media.format == Format::json20;
    if (first.media.format == Format::json_draft || first.media.format == Format::json10)
        throw common::SdmxError{
            common::ErrorCode::semantic,
            "SDMX-JSON 1.0 holds one structure, and the question names " + std::to_string(questions.size()) +
                " dataflows: ask for application/vnd.sdmx.data+json;version=2.0.0, for SDMX-ML or "
                "for SDMX-CSV, or for one dataflow at a time"};
    std::vector<std::unique_ptr<DataWriter>> writers;
    for (std::size_t i = 0; i < questions.size(); ++i) {
        auto& one = questions[i];
        one.options.companions = companions;
        one.options.place = i;
        writers.push_back(
            make_writer(lease, std::move(one.view), std::move(one.selection), std::move(one.options)));
    }
    return std::make_unique<Several>(std::move(writers), is_json);
}

} // namespace gateway::sdmx::data
