// SDMX-ML 2.1 generic.
//
// The root is GenericData always: clients in use stop at GenericTimeSeriesData. References are Ref, not URN, for
// the same reason.
#include "gateway/sdmx/common/text.hpp"
#include "gateway/sdmx/data/formats.hpp"
#include "gateway/sdmx/data/ml.hpp"
#include "gateway/sdmx/data/renderer.hpp"

namespace gateway::sdmx::data {
namespace {

constexpr std::string_view root =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<message:GenericData xmlns:message=\"http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message\""
    " xmlns:generic=\"http://www.sdmx.org/resources/sdmxml/schemas/v2_1/data/generic\""
    " xmlns:common=\"http://www.sdmx.org/resources/sdmxml/schemas/v2_1/common\">\n";

void append_value(std::string& out, std::string_view id, std::string_view text) {
    out += "<generic:Value";
    append_xml_attribute(out, "id", id);
    append_xml_attribute(out, "value", text);
    out += "/>";
}

class Generic final : public Renderer {
  public:
    using Renderer::Renderer;

  protected:
    void begin_pass(Out& out, std::size_t) override {
        if (!options().begins_message()) return;
        std::string text{root};
        text += ml_header_begin(options());
        for (auto const& id : ids_of_structures(options(), view())) {
            text += "<message:Structure";
            append_xml_attribute(text, "structureID", id);
            append_xml_attribute(text, "dimensionAtObservation", dimension_in_header(options()));
            text += "><common:Structure><Ref";
            append_xml_attribute(text, "agencyID", common::our_agency);
            append_xml_attribute(text, "id", id);
            append_xml_attribute(text, "version", common::our_version);
            text +=
                " class=\"DataStructure\" package=\"datastructure\"/></common:Structure></message:Structure>";
        }
        text += "</message:Header>\n";
        out.append(text);
    }
    void end_pass(Out& out, std::size_t) override {
        if (options().ends_message()) out.append("</message:GenericData>\n");
    }
    void begin_part(Out& out, query::Part const& part) override {
        std::string text = "<message:DataSet";
        append_xml_attribute(text, "structureRef", view().info.id);
        text += ml_data_set_attributes(part, {});
        text += ">\n";
        if (has_attributes('d') && !part.deleted) {
            text += "<generic:Attributes>";
            append_dataset_attributes(text);
            text += "</generic:Attributes>\n";
        }
        out.append(text);
        is_deleted_ = part.deleted;
    }
    void end_part(Out& out, query::Part const&) override { out.append("</message:DataSet>\n"); }

    void begin_section(std::string& out, Key const& key) override {
        if (layout() == Layout::flat) return;
        out += "<generic:Series><generic:SeriesKey>";
        append_key(out, key);
        if (key.period != nullptr) append_value(out, "TIME_PERIOD", key.period->to_sdmx());
        out += "</generic:SeriesKey>";
        if (key.period == nullptr && has_attributes('s') && !is_deleted_) {
            out += "<generic:Attributes>";
            append_series_attributes(out, key);
            out += "</generic:Attributes>";
        }
        out.push_back('\n');
    }
    void end_section(Out& out) override {
        if (layout() != Layout::flat) out.append("</generic:Series>\n");
    }
    void row(std::string& out, Key const& key) override {
        if (layout() != Layout::flat) return;
        out += "<generic:Obs><generic:ObsKey>";
        append_key(out, key);
    }
    void open(std::string& out, Begins begins, std::string_view dimension, std::string_view code) override {
        if (layout() == Layout::flat) {
            append_value(out, dimension, code);
            out += "</generic:ObsKey>";
        } else {
            out += "<generic:Obs><generic:ObsDimension";
            append_xml_attribute(out, "value", code);
            out += "/>";
        }
        if (begins == Begins::with_number) out += "<generic:ObsValue value=\"";
    }
    void close_value(std::string& out, bool has_number) override {
        if (has_number) out += "\"/>";
        if (observation_has_attributes()) out += "<generic:Attributes>";
    }
    void attribute(std::string& out, Attribute which, std::string_view text) override {
        if (!text.empty()) append_value(out, id_of(which), text);
    }
    void open_attribute(std::string& out, Attribute which) override {
        out += "<generic:Value";
        append_xml_attribute(out, "id", id_of(which));
        out += " value=\"";
    }
    void close_attribute(std::string& out, Attribute) override { out += "\"/>"; }
    void end_observation(std::string& out) override {
        if (observation_has_attributes()) out += "</generic:Attributes>";
        out += "</generic:Obs>\n";
    }
    void end_deleted(std::string& out) override { out += "</generic:Obs>\n"; }
    void append_figure_text(std::string& out, std::string_view text) override {
        common::append_xml(out, text);
    }

  private:
    [[nodiscard]] bool observation_has_attributes() const {
        return has_attributes('o') || (series_attributes_at_observation() && has_attributes('s'));
    }
    void append_key(std::string& out, Key const& key) const {
        for (std::size_t i = 0; i < ids().size(); ++i)
            if (layout() != Layout::cross_section || ids()[i] != options().dimension_at_observation)
                append_value(out, ids()[i], code_of(key, i));
    }
    bool is_deleted_ = false;
};

} // namespace

std::unique_ptr<DataWriter> make_generic(StoreLease lease, query::DatasetViewPtr view,
                                         query::Selection selection, MessageOptions options) {
    // An element without attributes would not be valid: one that every figure has is always among them.
    auto& shown = options.shown.attributes;
    if ((shown & attributes_at('o')).any()) shown.set(static_cast<std::size_t>(Attribute::obs_status));
    return std::make_unique<Generic>(std::move(lease), std::move(view), std::move(selection),
                                     std::move(options));
}

} // namespace gateway::sdmx::data
