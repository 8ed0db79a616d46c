#include "gateway/intake/receipt_chain.hpp"

#include <rapidjson/document.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace gateway::intake {
namespace {

using VintageKey = std::pair<std::string, VintageNo>;

std::string name_of(VintageKey const& key) {
    return key.first + "@" + std::to_string(key.second);
}

std::string said_by(Receipt const& receipt) {
    return "receipt " + std::to_string(receipt.no) + " (" + receipt.delivery + ")";
}

/// Receipt that a release names in its position; empty where it names none.
std::string named_receipt(std::string const& position) {
    rapidjson::Document json;
    json.Parse(position.data(), position.size());
    if (json.HasParseError() || !json.IsObject() || !json.HasMember("receipt") || !json["receipt"].IsString())
        return {};
    return json["receipt"].GetString();
}

class Comparison {
  public:
    Comparison(store::Store const& store, std::vector<Receipt> const& receipts)
        : store_(store), receipts_(receipts) {
        for (auto const& receipt : receipts) {
            hashes_.insert(hash_of(receipt));
            if (receipt.kind == ReceiptKind::released) {
                ++verdict_.receipts;
                if (receipt.vintage) released_.insert({{receipt.dataset, *receipt.vintage}, &receipt});
            }
            if (receipt.kind == ReceiptKind::withdrawn) withdrawn_.insert(receipt.delivery);
        }
    }

    ReleaseVerdict run() {
        auto const snapshot = store_.snapshot();
        for (auto const& dataset : store_.datasets()) {
            auto const vintages = store_.vintages(dataset.id);
            for (auto const& vintage : vintages) see(dataset.id, vintage);
        }
        for (auto const& receipt : receipts_)
            if (receipt.kind == ReceiptKind::released) see(receipt);
        return std::move(verdict_);
    }

  private:
    void see(std::string const& dataset, store::VintageInfo const& vintage) {
        VintageKey const key{dataset, vintage.no};
        if (vintage.kind == store::VintageKind::recalled) {
            auto const recalled = released_.find({dataset, vintage.recalls});
            if (recalled == released_.end())
                return; // of something that did not come as a delivery, or told below
            ++verdict_.recalls;
            if (withdrawn_.count(recalled->second->delivery) == 0)
                problem(name_of(key) + " takes back " + recalled->second->delivery +
                        ", and no receipt says so; kreislauf delivery work writes what is owed");
            return;
        }
        if (vintage.kind != store::VintageKind::content) return;
        auto const document = store_.document(vintage.document);
        if (!document || document->provenance.source != delivery_source) return;
        ++verdict_.releases;
        seen_.insert(key);
        auto const receipt = released_.find(key);
        if (receipt == released_.end()) {
            problem(
                name_of(key) + " came as the delivery " + document->provenance.origin +
                ", and no receipt says that it was released; kreislauf delivery work writes what is owed");
            return;
        }
        if (receipt->second->sha256 != document->sha256)
            problem(name_of(key) + " holds the document " + document->sha256 + ", and " +
                    said_by(*receipt->second) + " names " + receipt->second->sha256);
    }

    void see(Receipt const& receipt) {
        auto const position = store_.position(delivery_source, receipt.delivery);
        if (position.empty())
            problem(said_by(receipt) +
                    " says released, and the store knows of no such release; was it put back "
                    "from an older backup?");
        if (auto const named = named_receipt(position); !named.empty() && hashes_.count(named) == 0)
            problem("the release of " + receipt.delivery + " names the receipt " + named +
                    ", which is not in the chain");
        if (receipt.vintage && seen_.count({receipt.dataset, *receipt.vintage}) == 0)
            problem(said_by(receipt) + " names the vintage " + name_of({receipt.dataset, *receipt.vintage}) +
                    ", and the store has no such release; was it put back from an older backup?");
    }

    void problem(std::string text) { verdict_.problems.push_back(std::move(text)); }

    store::Store const& store_;
    std::vector<Receipt> const& receipts_;
    std::map<VintageKey, Receipt const*> released_;
    std::set<std::string> withdrawn_;
    std::set<std::string> hashes_;
    std::set<VintageKey> seen_;
    ReleaseVerdict verdict_;
};

} // namespace

ReleaseVerdict releases_against_receipts(store::Store const& store, std::vector<Receipt> const& receipts) {
    return Comparison{store, receipts}.run();
}

} // namespace gateway::intake
