// Drafts for XML: the element that repeats is the record, its leaves and what stands above it are the columns.
#include <algorithm>
#include <map>
#include <set>

#include "gateway/ingest/feed_draft_text.hpp"
#include "gateway/io/xml_stream.hpp"

namespace gateway::ingest::draft {
namespace {

using Token = io::XmlStream::Token;
constexpr std::size_t most_records = 5000;
constexpr std::size_t most_paths = 10'000;

struct Element {
    std::uint64_t count = 0;
    std::size_t depth = 0;
    std::size_t attributes = 0; ///< the most of one
    bool has_children = false;
};

std::map<std::string, Element> elements_of(std::string_view bytes, std::string const& name) {
    std::map<std::string, Element> elements;
    std::vector<std::string> open{""};
    io::XmlStream stream{io::xml_source(bytes), name};
    for (auto token = stream.next(); token != Token::done; token = stream.next()) {
        if (token == Token::start) {
            auto path = open.back() + "/" + std::string{stream.local()};
            if (open.size() > 1)
                if (auto const above = elements.find(open.back()); above != elements.end())
                    above->second.has_children = true;
            if (elements.size() < most_paths || elements.count(path) > 0) {
                auto& element = elements[path];
                ++element.count;
                element.depth = open.size();
                element.attributes = std::max(element.attributes, stream.attributes().size());
            }
            open.push_back(std::move(path));
        } else if (token == Token::end) {
            open.pop_back();
        }
    }
    return elements;
}

/// The most frequent element that holds something; of equals the outermost.
std::string record_of(std::map<std::string, Element> const& elements, std::string const& name) {
    std::string best;
    for (auto const& [path, element] : elements) {
        if (element.depth < 2 || (!element.has_children && element.attributes < 2)) continue;
        auto const known = elements.find(best);
        if (known == elements.end() || element.count > known->second.count ||
            (element.count == known->second.count && element.depth < known->second.depth))
            best = path;
    }
    if (best.empty())
        throw Error{Errc::not_a_table, name + ": no element repeats with attributes or elements of its own; "
                                              "nothing in it looks like a record"};
    return best;
}

/// Texts of the records under their paths.
class Collector {
  public:
    Collector(std::string record, std::string_view bytes, std::string const& name)
        : record_(std::move(record)) {
        io::XmlStream stream{io::xml_source(bytes), name};
        for (auto token = stream.next(); token != Token::done && found_.size() < most_records;
             token = stream.next()) {
            if (token == Token::start) start(stream);
            if (token == Token::text && !open_.empty()) open_.back().text += stream.text();
            if (token == Token::end) end();
        }
    }
    Rows rows() {
        Rows result;
        for (auto const& path : order_)
            if (ambiguous_.count(path) == 0) result.headers.push_back(path);
        for (auto const& record : found_) {
            auto& row = result.rows.emplace_back();
            for (auto const& path : result.headers) {
                auto const value = record.find(path);
                row.push_back(value == record.end() ? std::string{} : value->second);
            }
        }
        return result;
    }
    [[nodiscard]] std::set<std::string> const& ambiguous() const noexcept { return ambiguous_; }

  private:
    struct Node {
        std::string path, local, text;
        std::map<std::string, std::string> values; ///< "@a", "child", "child/@a"
        bool has_children = false;
    };
    using Values = std::map<std::string, std::string>;

    void start(io::XmlStream& stream) {
        Node node;
        node.local = stream.local();
        node.path = (open_.empty() ? std::string{} : open_.back().path) + "/" + node.local;
        for (auto const& attribute : stream.attributes())
            if (attribute.prefix.empty() && attribute.local != "xmlns")
                node.values["@" + std::string{attribute.local}] = stream.value(attribute);
        // A path finds an attribute under any prefix, and the one without first.
        for (auto const& attribute : stream.attributes())
            if (!attribute.prefix.empty() && attribute.prefix != "xmlns" && attribute.prefix != "xml" &&
                attribute.prefix != "xsi")
                node.values.emplace("@" + std::string{attribute.local}, stream.value(attribute));
        if (!open_.empty()) open_.back().has_children = true;
        open_.push_back(std::move(node));
    }
    void put(Values& into, std::string const& path, std::string const& value, bool in_record) {
        if (!into.emplace(path, value).second && in_record) ambiguous_.insert(path);
    }
    void end() {
        auto node = std::move(open_.back());
        open_.pop_back();
        if (node.path == record_) return take(node);
        if (open_.empty() || node.path.size() > record_.size() + 200) return;
        bool const in_record = node.path.starts_with(record_ + "/");
        auto& above = open_.back().values;
        if (!node.has_children && !node.text.empty()) put(above, node.local, node.text, in_record);
        for (auto const& [path, value] : node.values)
            if (in_record || path.starts_with("@")) put(above, node.local + "/" + path, value, in_record);
    }
    void take(Node const& node) {
        Values record;
        auto const add = [&](std::string const& path, std::string const& value) {
            if (record.emplace(path, value).second && known_.insert(path).second) order_.push_back(path);
        };
        std::string up;
        for (auto level = open_.rbegin(); level != open_.rend(); ++level) {
            up += "../";
            for (auto const& [path, value] : level->values)
                if (path.find('/') == std::string::npos) add(up + path, value);
        }
        for (auto const& [path, value] : node.values) add(path, value);
        if (!node.has_children && !node.text.empty()) add(".", node.text);
        found_.push_back(std::move(record));
    }

    std::string record_;
    std::vector<Node> open_;
    std::vector<Values> found_;
    std::vector<std::string> order_;
    std::set<std::string> known_, ambiguous_;
};

} // namespace

std::string of_xml(std::string_view bytes, std::string const& file_name, std::int32_t day,
                   AreaNames const& names) {
    auto const elements = elements_of(bytes, file_name);
    auto const record = record_of(elements, file_name);
    Collector collector{record, bytes, file_name};
    auto const rows = collector.rows();
    if (rows.headers.empty())
        throw Error{Errc::not_a_table, file_name + ": the records " + record + " hold no text"};
    std::vector<std::string> remarks{"Records: " + std::to_string(elements.at(record).count) + " elements " +
                                     record + "."};
    for (auto const& [path, element] : elements)
        if (element.count > 1 && path != record && !path.starts_with(record + "/") && remarks.size() < 6)
            remarks.push_back("Also repeated: " + std::to_string(element.count) + " elements " +
                              remark(path) + ".");
    for (auto const& path : collector.ambiguous())
        remarks.push_back("DOUBT: " + remark(path) + " stands several times in a record and was left out.");
    return of_rows(rows, remarks, {"format = \"xml\"", "record = " + quoted(record)}, file_name, day, names);
}

} // namespace gateway::ingest::draft
