#include "adapters/xlsx/package.hpp"

#include <algorithm>

#include "adapters/xlsx/utf8.hpp"

namespace adapters::xlsx {

using gateway::Errc;
using gateway::Error;

namespace {

constexpr std::string_view cfb_magic = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

/// A name as a compound file writes it, UTF-16LE.
bool holds_name(std::string_view bytes, std::string_view name) {
    std::string wide;
    for (auto const c : name) {
        wide += c;
        wide += '\0';
    }
    return bytes.find(wide) != std::string_view::npos;
}

bool same_name(std::string_view a, std::string_view b) noexcept {
    auto const lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return a.size() == b.size() &&
           std::equal(a.begin(), a.end(), b.begin(), [&](char x, char y) { return lower(x) == lower(y); });
}

bool ends_with(std::string_view text, std::string_view end) noexcept {
    return text.size() >= end.size() && same_name(text.substr(text.size() - end.size()), end);
}

/// Resolves a target against the folder of a part: "worksheets/sheet1.xml", "/xl/styles.xml", "../x.xml".
std::string resolve(std::string_view folder, std::string_view target) {
    std::vector<std::string_view> steps;
    auto const add = [&](std::string_view path) {
        while (!path.empty()) {
            auto const slash = path.find('/');
            auto const step = path.substr(0, slash);
            path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
            if (step == ".." && !steps.empty())
                steps.pop_back();
            else if (!step.empty() && step != "." && step != "..")
                steps.push_back(step);
        }
    };
    if (target.empty() || target.front() != '/') add(folder);
    add(target);
    std::string full;
    for (auto const step : steps) {
        if (!full.empty()) full += '/';
        full += step;
    }
    return full;
}

std::string_view folder_of(std::string_view part) noexcept {
    auto const slash = part.rfind('/');
    return slash == std::string_view::npos ? std::string_view{} : part.substr(0, slash);
}

class RelationHandler : public PartHandler {
  public:
    RelationHandler(std::string_view folder, std::map<std::string, Package::Relation, std::less<>>& out)
        : folder_(folder), out_(out) {}
    void start(std::string_view name, XmlAttributes const& attributes) override {
        if (name != "Relationship" || attributes["TargetMode"] == "External") return;
        std::string id;
        std::string target;
        decode_xml(attributes["Id"], id);
        decode_xml(attributes["Target"], target);
        auto const type = attributes["Type"];
        auto const slash = type.rfind('/');
        Package::Relation relation{
            std::string{slash == std::string_view::npos ? type : type.substr(slash + 1)},
            resolve(folder_, target)};
        if (!out_.emplace(std::move(id), std::move(relation)).second)
            throw Error{Errc::malformed, "relation '" + std::string{attributes["Id"]} + "' given twice"};
    }
    void end(std::string_view) override {}
    void text(std::string_view, bool) override {}

  private:
    std::string_view folder_;
    std::map<std::string, Package::Relation, std::less<>>& out_;
};

/// Content types that decide what the package is.
class ContentTypes : public PartHandler {
  public:
    void start(std::string_view name, XmlAttributes const& attributes) override {
        if (name != "Override" && name != "Default") return;
        auto const type = attributes["ContentType"];
        auto const says = [&](std::string_view what) { return type.find(what) != std::string_view::npos; };
        macros = macros || says("macroEnabled") || says("vbaProject");
        binary = binary || says("ms-excel.sheet.binary");
        word = word || says("wordprocessingml");
        slides = slides || says("presentationml");
    }
    void end(std::string_view) override {}
    void text(std::string_view, bool) override {}
    bool macros = false;
    bool binary = false;
    bool word = false;
    bool slides = false;
};

[[noreturn]] void refuse(std::string const& name, std::string const& why) {
    throw Error{Errc::not_a_table, name + ": " + why};
}

std::string why_no_workbook(gateway::io::ZipReader const& zip) {
    gateway::io::ZipEntry const* types = nullptr;
    for (auto const& entry : zip.entries()) {
        if (same_name(entry.name, "[Content_Types].xml")) types = &entry;
        if (ends_with(entry.name, "vbaProject.bin"))
            return "the workbook holds macros (" + entry.name +
                   "), which are never opened: save it in Excel as \"Excel-Arbeitsmappe (*.xlsx)\"";
        if (same_name(entry.name, "mimetype") && entry.unpacked_bytes < 200) {
            auto const mime = zip.extract(entry);
            if (mime.find("opendocument") != std::string::npos)
                return "an OpenDocument file (" + mime +
                       "), which is not read: save it as .xlsx or as CSV with UTF-8";
        }
    }
    if (types == nullptr) {
        std::string names;
        for (std::size_t i = 0; i < zip.entries().size() && i < 5; ++i) names += " " + zip.entries()[i].name;
        return "a ZIP archive without [Content_Types].xml, so no workbook; it holds:" + names;
    }
    ContentTypes found;
    PartScanner scanner{types->name, found};
    zip.extract(*types, [&](std::string_view piece) { scanner.feed(piece); });
    scanner.finish();
    if (found.macros)
        return "a workbook with macros (.xlsm), which are never opened: save it in Excel as "
               "\"Excel-Arbeitsmappe (*.xlsx)\"";
    if (found.binary) return "a binary workbook (.xlsb), which is not read: save it as .xlsx or as CSV";
    if (found.word) return "a Word document: copy its table into a workbook and save that as .xlsx";
    if (found.slides) return "a presentation: copy its table into a workbook and save that as .xlsx";
    return {};
}

} // namespace

bool looks_like_workbook(std::string_view bytes) noexcept {
    if (bytes.substr(0, cfb_magic.size()) == cfb_magic) return true;
    if (bytes.substr(0, 4) != std::string_view{"PK\x03\x04", 4}) return false;
    // Names stand in the first local header and in the directory at the end.
    constexpr std::size_t window = std::size_t{1} << 20U;
    auto const head = bytes.substr(0, 4096);
    auto const tail = bytes.size() > window ? bytes.substr(bytes.size() - window) : bytes;
    for (std::string_view const name :
         {"[Content_Types].xml", "xl/workbook", "mimetypeapplication/vnd.oasis"})
        if (head.find(name) != std::string_view::npos || tail.find(name) != std::string_view::npos)
            return true;
    return false;
}

std::string why_no_workbook(std::string_view bytes) {
    if (bytes.empty()) return "the file is empty: fetch it again";
    if (bytes.substr(0, cfb_magic.size()) == cfb_magic) {
        if (holds_name(bytes, "EncryptedPackage"))
            return "the workbook is encrypted with a password: remove it in Excel (Datei, Informationen, "
                   "Arbeitsmappe schützen) and save it again";
        if (holds_name(bytes, "Workbook") || holds_name(bytes, "Book"))
            return "a workbook of Excel 97-2003 (.xls), which is not read: open it and save it as .xlsx";
        return "a compound file (old Office or Outlook), which is not read: save the table as .xlsx";
    }
    if (bytes.substr(0, 2) != "PK") {
        auto const text = bytes.substr(0, 512);
        auto const begin = text.find_first_not_of("\xEF\xBB\xBF \t\r\n");
        if (begin != std::string_view::npos && text[begin] == '<')
            return "HTML or XML under the name of a workbook: open it in Excel and save it as .xlsx";
        return "no ZIP archive, so no workbook: first bytes " + hex_bytes(bytes.substr(0, 4)) +
               "; is it text, try it as .csv";
    }
    gateway::io::ZipReader const zip{bytes};
    return why_no_workbook(zip);
}

Package::Package(std::string_view bytes, std::string name)
    : name_(std::move(name)), zip_([&] {
          if (bytes.substr(0, 2) != "PK") refuse(name_, why_no_workbook(bytes));
          try {
              return gateway::io::ZipReader{bytes};
          } catch (Error const& error) {
              throw Error{error.code(), name_ + ": " + error.what()};
          }
      }()) {
    try {
        if (auto const why = why_no_workbook(zip_); !why.empty()) refuse(name_, why);
    } catch (Error const& error) {
        if (error.code() == Errc::not_a_table) throw;
        throw Error{error.code(), name_ + ": " + error.what()};
    }
    for (auto const& [id, relation] : relations(""))
        if (relation.type == "officeDocument") workbook_ = relation.target;
    if (workbook_.empty() || find(workbook_) == nullptr)
        throw Error{Errc::malformed,
                    name_ + ": no part is named as the workbook in _rels/.rels: open the file in "
                            "Excel and save it again"};
}

gateway::io::ZipEntry const* Package::find(std::string_view part) const noexcept {
    for (auto const& entry : zip_.entries())
        if (same_name(entry.name, part)) return &entry;
    return nullptr;
}

std::uint64_t Package::unpacked_bytes(std::string_view part) const {
    auto const* const entry = find(part);
    return entry == nullptr ? 0 : entry->unpacked_bytes;
}

void Package::scan(std::string_view part, PartHandler& handler) const {
    auto const* const entry = find(part);
    if (entry == nullptr)
        throw Error{Errc::malformed, name_ + ": the part '" + std::string{part} +
                                         "' is missing: open the file in Excel and save it again"};
    PartScanner scanner{name_ + "!" + entry->name, handler};
    zip_.extract(*entry, [&](std::string_view piece) { scanner.feed(piece); });
    scanner.finish();
}

std::map<std::string, Package::Relation, std::less<>> Package::relations(std::string_view part) const {
    std::map<std::string, Relation, std::less<>> all;
    auto const folder = folder_of(part);
    std::string path{folder};
    if (!path.empty()) path += '/';
    path += "_rels/";
    path += folder.empty() ? part : part.substr(folder.size() + 1);
    path += ".rels";
    if (find(path) == nullptr) return all;
    RelationHandler handler{folder, all};
    scan(path, handler);
    return all;
}

} // namespace adapters::xlsx
