#include "gateway/store/labels.hpp"

#include <array>
#include <random>

#include <gtest/gtest.h>

#include "gateway/store/text.hpp"

namespace gateway::store {
namespace {

/// What NewLabels must give for these labels.
std::string written(LabelMap const& labels) {
    std::string text;
    for (auto const& [key, label] : labels) {
        append_escaped(text, key.first);
        text += '=';
        append_escaped(text, key.second);
        text += '=';
        append_escaped(text, label);
        text += '\n';
    }
    return text;
}

TEST(NewLabels, AreNothingUntilOneIsSet) {
    NewLabels labels;
    labels.take_back("AREA", "03153");
    EXPECT_EQ(std::move(labels).text(), "");
}

TEST(NewLabels, AreWrittenInOrderHoweverTheyCome) {
    for (std::array<std::string, 3> codes{"01", "02", "03"}; auto const last : {0U, 1U, 2U}) {
        std::swap(codes[last], codes[2]);
        NewLabels labels;
        for (auto const& code : codes) labels.set("AREA", code, "Land " + code);
        EXPECT_EQ(std::move(labels).text(), "AREA=01=Land 01\nAREA=02=Land 02\nAREA=03=Land 03\n");
    }
}

TEST(NewLabels, TheLastWordOnACodeCounts) {
    NewLabels labels;
    labels.set("AREA", "03153", "Goslar");
    labels.set("AREA", "03153", "Goslar, Landkreis");
    EXPECT_EQ(std::move(labels).text(), "AREA=03153=Goslar, Landkreis\n");
}

TEST(NewLabels, TakeBackTheFirstAndTheLast) {
    for (auto const* const gone : {"01", "03"}) {
        NewLabels labels;
        for (auto const* const code : {"01", "02", "03"}) labels.set("AREA", code, "x");
        labels.take_back("AREA", gone);
        auto const text = std::move(labels).text();
        EXPECT_EQ(text, std::string{gone} == "01" ? "AREA=02=x\nAREA=03=x\n" : "AREA=01=x\nAREA=02=x\n");
    }
}

TEST(NewLabels, HoldWhatAMapWouldHold) {
    for (unsigned seed = 0; seed < 500; ++seed) {
        std::minstd_rand random{seed + 1};
        NewLabels labels;
        LabelMap expected;
        // Few steps back: most runs ascend for a while.
        unsigned code = 0;
        for (auto steps = random() % 30; steps > 0; --steps) {
            code = random() % 6 == 0 ? random() % 8 : code + 1;
            std::string const dimension = code % 7 == 0 ? "A=\n" : "AREA";
            auto const name = std::string(1, static_cast<char>('%' + code)) + "=";
            if (random() % 5 == 0) {
                labels.take_back(dimension, name);
                expected.erase({dimension, name});
                continue;
            }
            auto const text = "100 % = " + std::to_string(random() % 100);
            labels.set(dimension, name, text);
            expected.insert_or_assign({dimension, name}, text);
        }
        EXPECT_EQ(std::move(labels).text(), written(expected)) << "seed " << seed;
    }
}

} // namespace
} // namespace gateway::store
