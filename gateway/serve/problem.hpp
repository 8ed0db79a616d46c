// Problems: what a caller can mend, in words, as application/problem+json.
//
// Every problem names the place ("query parameter 'area'"), the value that stood there and what to do next, in
// German where the caller asks for German first and in English otherwise. A handler throws Refusal; the service
// makes the answer.
//
// Source   RFC 9457
#pragma once

#include <exception>
#include <string>
#include <string_view>

#include "gateway/core/error.hpp"
#include "gateway/http/message.hpp"

namespace gateway::serve {

enum class Language : unsigned char { en, de };

/// German where Accept-Language prefers it to English.
Language language_of(std::string_view accept_language);

/// The same in both languages.
struct Text {
    std::string en, de;
    [[nodiscard]] std::string const& in(Language language) const noexcept {
        return language == Language::de ? de : en;
    }
};

struct Problem {
    unsigned status = 400;
    std::string kind; ///< "unknown-area": type is urn:kreislauf:problem:unknown-area
    Text title, detail, next;
    std::string place = {}; ///< "query parameter 'area'"; empty where the request as a whole is meant
    std::string value = {}; ///< what stood there
    http::Headers headers = {};
};

class Refusal : public std::exception {
  public:
    explicit Refusal(Problem problem) : problem_(std::move(problem)) {}
    [[nodiscard]] Problem const& problem() const noexcept { return problem_; }
    [[nodiscard]] char const* what() const noexcept override { return problem_.detail.en.c_str(); }

  private:
    Problem problem_;
};

http::Response answer_problem(Problem const& problem, Language language, std::string_view request_id);

/// What a layer below could not do, as far as the caller may know it: not_found and invalid_argument in its own
/// words, a damaged store or a full disk without details.
Problem problem_of(Error const& error);

// The usual ones.
Problem not_found_here(std::string_view path);
Problem bad_value(std::string_view parameter, std::string_view value, Text expected);
Problem missing_parameter(std::string_view parameter, Text why);

} // namespace gateway::serve
