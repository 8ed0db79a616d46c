#include "adapters/xml/records.hpp"

#include <algorithm>
#include <utility>

namespace adapters::xml {

using gateway::Errc;
using gateway::Error;
using Token = gateway::io::XmlStream::Token;

namespace {

bool step_fits(std::string_view step, std::string_view name) noexcept {
    if (step == "*" || step == name) return true;
    auto const colon = name.find(':');
    return step.find(':') == std::string_view::npos && colon != std::string_view::npos &&
           step == name.substr(colon + 1);
}

std::string joined(std::vector<std::string> const& names) {
    std::string path;
    for (auto const& name : names) path += "/" + name;
    return path;
}

} // namespace

RecordPath::RecordPath(std::string_view path) : text_(path) {
    anywhere_ = path.substr(0, 2) == "//" || path.substr(0, 1) != "/";
    path.remove_prefix(std::min(path.find_first_not_of('/'), path.size()));
    auto const wrong = [&](std::string const& why) {
        throw Error{Errc::invalid_argument,
                    "record path '" + text_ + "': " + why +
                        "; expected names between slashes, as /feed/series/obs or //obs"};
    };
    if (path.empty()) wrong("no name");
    while (!path.empty()) {
        auto const slash = path.find('/');
        auto const step = path.substr(0, slash);
        if (step.empty()) wrong("an empty step");
        if (step.find_first_of("[]()@.=\"' ") != std::string_view::npos)
            wrong("the step '" + std::string{step} + "'");
        steps_.emplace_back(step);
        path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
    }
}

bool RecordPath::fits(std::vector<std::string> const& open) const {
    if (open.size() < steps_.size() || (!anywhere_ && open.size() != steps_.size())) return false;
    return std::equal(steps_.rbegin(), steps_.rend(), open.rbegin(),
                      [](auto const& step, auto const& name) { return step_fits(step, name); });
}

bool RecordPath::may_hold(std::vector<std::string> const& open) const {
    if (anywhere_) return true;
    return open.size() < steps_.size() &&
           std::equal(open.begin(), open.end(), steps_.begin(),
                      [](auto const& name, auto const& step) { return step_fits(step, name); });
}

Records::Records(gateway::io::XmlSource source, std::string const& name, RecordPath path)
    : stream_(std::move(source), name), path_(std::move(path)) {}

void Records::open() {
    Ancestor ancestor;
    ancestor.tag = "<" + std::string{stream_.name()};
    for (auto const& attribute : stream_.attributes()) {
        char const quote = attribute.raw.find('"') == std::string_view::npos ? '"' : '\'';
        ancestor.tag += ' ';
        ancestor.tag += attribute.name;
        ancestor.tag += '=';
        ancestor.tag += quote;
        ancestor.tag += attribute.raw;
        ancestor.tag += quote;
    }
    ancestor.tag += '>';
    ancestors_.push_back(std::move(ancestor));
    front_stale_ = true;
}

Record Records::record() {
    if (front_stale_) {
        front_.clear();
        back_.clear();
        for (auto const& ancestor : ancestors_) front_ += ancestor.tag + ancestor.beside;
        for (std::size_t i = ancestors_.size(); i-- > 0;) back_ += "</" + names_[i] + ">";
        front_stale_ = false;
    }
    Record record;
    record.at = stream_.position();
    record.depth = names_.size();
    document_ = front_;
    document_ += stream_.take();
    document_ += back_;
    record.document = document_;
    ++found_;
    names_.pop_back();
    return record;
}

std::optional<Record> Records::next() {
    for (;;) {
        switch (stream_.next()) {
        case Token::start: {
            names_.emplace_back(stream_.name());
            if (seen_.size() < 5 && found_ == 0) {
                auto path = joined(names_);
                if (std::find(seen_.begin(), seen_.end(), path) == seen_.end())
                    seen_.push_back(std::move(path));
            }
            if (path_.fits(names_)) return record();
            if (path_.may_hold(names_)) {
                open();
                break;
            }
            // Beside the records: kept for their paths while it is short.
            names_.pop_back();
            auto const element = stream_.take();
            if (!ancestors_.empty()) {
                auto& beside = ancestors_.back().beside;
                if (beside.size() + element.size() <= max_beside) {
                    beside += element;
                    front_stale_ = true;
                } else {
                    ++dropped_;
                }
            }
            break;
        }
        case Token::end:
            names_.pop_back();
            ancestors_.pop_back();
            front_stale_ = true;
            break;
        case Token::text: break;
        case Token::done: {
            if (found_ > 0) return std::nullopt;
            std::string paths;
            for (auto const& path : seen_) paths += (paths.empty() ? "" : ", ") + path;
            throw Error{Errc::structure_changed, stream_.document() + ": no element fits the record path '" +
                                                     path_.text() + "'; the document has " + paths +
                                                     ": correct 'record' in the feed description"};
        }
        }
    }
}

} // namespace adapters::xml
