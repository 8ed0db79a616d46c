// SDMX-ML structure-specific, 2.1 and 3.0.
#include "gateway/sdmx/common/text.hpp"
#include "gateway/sdmx/data/formats.hpp"
#include "gateway/sdmx/data/ml.hpp"
#include "gateway/sdmx/data/renderer.hpp"

namespace gateway::sdmx::data {
namespace {

class Specific final : public Renderer {
  public:
    Specific(StoreLease lease, query::DatasetViewPtr dataset, query::Selection selection, MessageOptions how)
        : Renderer(std::move(lease), std::move(dataset), std::move(selection), std::move(how)),
          is_new_(options().media.format == Format::specific30) {}

  protected:
    void begin_pass(Out& out, std::size_t) override {
        if (!options().begins_message()) return;
        auto const structures = ids_of_structures(options(), view());
        std::string const schemas =
            std::string{"http://www.sdmx.org/resources/sdmxml/schemas/"} + (is_new_ ? "v3_0/" : "v2_1/");
        std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<message:StructureSpecificData";
        append_xml_attribute(text, "xmlns:message", schemas + "message");
        append_xml_attribute(text, "xmlns:ss", schemas + "data/structurespecific");
        append_xml_attribute(text, "xmlns:common", schemas + "common");
        append_xml_attribute(text, "xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance");
        for (std::size_t i = 0; i < structures.size(); ++i)
            append_xml_attribute(text, "xmlns:ns" + std::to_string(i + 1), space_of(structures[i]));
        text += ">\n";
        text += ml_header_begin(options());
        for (auto const& id : structures) append_structure(text, id);
        text += "</message:Header>\n";
        out.append(text);
    }
    void end_pass(Out& out, std::size_t) override {
        if (options().ends_message()) out.append("</message:StructureSpecificData>\n");
    }
    void begin_part(Out& out, query::Part const& part) override {
        std::string text = "<message:DataSet";
        append_xml_attribute(text, "xsi:type", "ns" + std::to_string(options().place + 1) + ":DataSetType");
        append_xml_attribute(text, "ss:structureRef", view().info.id);
        if (!is_new_) append_xml_attribute(text, "ss:dataScope", "DataStructure");
        text += ml_data_set_attributes(part, "ss:");
        if (!part.deleted) append_dataset_attributes(text);
        text += ">\n";
        out.append(text);
        is_deleted_ = part.deleted;
    }
    void end_part(Out& out, query::Part const&) override { out.append("</message:DataSet>\n"); }

    void begin_section(std::string& out, Key const& key) override {
        if (layout() == Layout::flat) return;
        out += "<Series";
        append_key(out, key);
        if (key.period != nullptr) append_xml_attribute(out, "TIME_PERIOD", key.period->to_sdmx());
        if (key.period == nullptr && !is_deleted_) append_series_attributes(out, key);
        out += ">\n";
    }
    void end_section(Out& out) override {
        if (layout() != Layout::flat) out.append("</Series>\n");
    }
    void row(std::string& out, Key const& key) override {
        if (layout() != Layout::flat) return;
        out += "<Obs";
        append_key(out, key);
    }
    void open(std::string& out, Begins begins, std::string_view dimension, std::string_view code) override {
        if (layout() != Layout::flat) out += "<Obs";
        append_xml_attribute(out, dimension, code);
        if (begins == Begins::with_number) out += " OBS_VALUE=\"";
    }
    void close_value(std::string& out, bool has_number) override {
        if (has_number) out.push_back('"');
    }
    void attribute(std::string& out, Attribute which, std::string_view text) override {
        if (!text.empty()) append_xml_attribute(out, id_of(which), text);
    }
    void open_attribute(std::string& out, Attribute which) override {
        out.append(" ").append(id_of(which)).append("=\"");
    }
    void close_attribute(std::string& out, Attribute) override { out.push_back('"'); }
    void end_observation(std::string& out) override { out += "/>\n"; }
    void append_figure_text(std::string& out, std::string_view text) override {
        common::append_xml(out, text);
    }

  private:
    static std::string urn_of(std::string const& id) {
        return "urn:sdmx:org.sdmx.infomodel.datastructure.DataStructure=" + std::string{common::our_agency} +
               ":" + id + "(" + std::string{common::our_version} + ")";
    }
    [[nodiscard]] std::string space_of(std::string const& id) const {
        return urn_of(id) + ":ObsLevelDim:" + std::string{dimension_in_header(options())};
    }
    void append_structure(std::string& text, std::string const& id) const {
        text += "<message:Structure";
        append_xml_attribute(text, "structureID", id);
        append_xml_attribute(text, "namespace", space_of(id));
        append_xml_attribute(text, "dimensionAtObservation", dimension_in_header(options()));
        text += "><common:Structure>";
        if (is_new_) {
            common::append_xml(text, urn_of(id));
        } else {
            text += "<Ref";
            append_xml_attribute(text, "agencyID", common::our_agency);
            append_xml_attribute(text, "id", id);
            append_xml_attribute(text, "version", common::our_version);
            text += " class=\"DataStructure\" package=\"datastructure\"/>";
        }
        text += "</common:Structure></message:Structure>";
    }
    void append_key(std::string& out, Key const& key) const {
        for (std::size_t i = 0; i < ids().size(); ++i)
            if (layout() != Layout::cross_section || ids()[i] != options().dimension_at_observation)
                append_xml_attribute(out, ids()[i], code_of(key, i));
    }
    bool is_new_;
    bool is_deleted_ = false;
};

} // namespace

std::unique_ptr<DataWriter> make_specific(StoreLease lease, query::DatasetViewPtr view,
                                          query::Selection selection, MessageOptions options) {
    return std::make_unique<Specific>(std::move(lease), std::move(view), std::move(selection),
                                      std::move(options));
}

} // namespace gateway::sdmx::data
