#include "gateway/core/error.hpp"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace gateway {
namespace {

TEST(Error, CarriesItsCodeAndText) {
    Error const error{Errc::truncated, "table.zip: 10 of 20 bytes"};
    EXPECT_EQ(error.code(), Errc::truncated);
    EXPECT_STREQ(error.what(), "table.zip: 10 of 20 bytes");
}

TEST(Errc, NamesAreUniqueAndNoneIsMissing) {
    std::set<std::string> names;
    auto const count = static_cast<int>(Errc::conflict) + 1;
    for (int i = 0; i < count; ++i) {
        auto const name = std::string{to_string(static_cast<Errc>(i))};
        EXPECT_NE(name, "unknown") << i;
        EXPECT_TRUE(names.insert(name).second) << name;
    }
}

TEST(Severity, HasStableNames) {
    EXPECT_EQ(to_string(Severity::info), "info");
    EXPECT_EQ(to_string(Severity::warning), "warning");
    EXPECT_EQ(to_string(Severity::error), "error");
}

} // namespace
} // namespace gateway
