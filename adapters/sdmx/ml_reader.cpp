#include "adapters/sdmx/ml_reader.hpp"

#include <utility>

#include "adapters/sdmx/ml_data.hpp"
#include "adapters/sdmx/writer.hpp"
#include "adapters/sdmx/xml_walk.hpp"

namespace adapters::sdmx {
namespace {

class MlReader {
  public:
    MlReader(gateway::io::XmlSource source, std::string const& name, SdmxSink& sink,
             Structures const* structures)
        : xml_(std::move(source), name), writer_(sink, structures, name) {}

    void run() {
        xml_.next();
        info_.root = xml_.local();
        info_.version = version_of_namespace(xml_.space());
        bool const is_generic = info_.root == "GenericData" || info_.root == "GenericTimeSeriesData";
        bool const is_specific =
            info_.root == "StructureSpecificData" || info_.root == "StructureSpecificTimeSeriesData";
        if (info_.version == "2.0" || info_.version == "1.0")
            xml_.fail(Errc::not_a_table, "SDMX-ML " + info_.version +
                                             " is not read; ask the service for SDMX-ML 2.1 (Accept: "
                                             "application/vnd.sdmx.genericdata+xml;version=2.1)");
        if (info_.version.empty() || (!is_generic && !is_specific && info_.root != "Error"))
            xml_.fail(
                Errc::not_a_table,
                "root element '" + std::string{xml_.name()} +
                    "' is no data message of SDMX-ML 2.1 or 3.0; kreislauf inspect says what the file is");
        info_.format = is_generic ? "generic" : is_specific ? "structure-specific" : "error";
        MlData data{xml_, writer_, is_generic, info_.version};
        each_child(xml_, [&](std::string const& child) {
            check_version(child);
            if (child == "Header") {
                if (told_) xml_.fail(Errc::malformed, "a second header, or one behind the data");
                header();
                tell();
            } else if (child == "DataSet" && info_.root != "Error") {
                tell();
                data.read(structures_, action_);
            } else if (child == "Footer") {
                tell();
                each_child(xml_, [&](std::string const&) { writer_.sink.footer(note()); });
            } else if (child == "ErrorMessage") {
                tell();
                writer_.sink.error(note());
            } else {
                xml_.fail(Errc::malformed, "element '" + child + "' in a " + info_.root + " message");
            }
        });
        // Behind the root nothing may follow; the stream looks.
        while (xml_.next() != XmlStream::Token::done) {
        }
        tell();
        data.report();
        writer_.sink.finish();
    }

  private:
    void check_version(std::string const& child) {
        auto const version = version_of_namespace(xml_.space());
        if (!version.empty() && version != info_.version)
            xml_.fail(Errc::malformed, "element '" + child + "' is of SDMX " + version +
                                           " in a message of SDMX " + info_.version);
    }

    void tell() {
        if (!std::exchange(told_, true)) writer_.sink.message(info_);
    }

    void header() {
        each_child(xml_, [&](std::string const& child) {
            if (child == "ID") {
                info_.id = trimmed(xml_.take_text());
            } else if (child == "Test") {
                auto const text = trimmed(xml_.take_text());
                info_.is_test = text == "true" || text == "1";
            } else if (child == "Prepared") {
                info_.prepared = trimmed(xml_.take_text());
            } else if (child == "Sender") {
                info_.sender = xml_.value_of("id");
                xml_.skip();
            } else if (child == "DataSetAction") {
                default_action();
            } else if (child == "Structure") {
                structure();
            } else {
                xml_.skip();
            }
        });
    }

    void default_action() {
        auto const text = trimmed(xml_.take_text());
        for (auto const action :
             {Action::information, Action::append, Action::replace, Action::delete_, Action::merge})
            if (to_string(action) == text) action_ = action;
        if (to_string(action_) != text)
            xml_.fail(Errc::malformed, "DataSetAction '" + text +
                                           "'; SDMX knows Append, Replace, Delete, Information and Merge");
    }

    void structure() {
        HeaderStructure structure;
        structure.id = xml_.value_of("structureID");
        structure.dimension_at_observation = xml_.value_of("dimensionAtObservation");
        structure.explicit_measures = xml_.value_of("explicitMeasures") == "true";
        if (!structure.dimension_at_observation.empty())
            info_.dimensions_at_observation.push_back(structure.dimension_at_observation);
        each_child(xml_, [&](std::string const& child) {
            // The standard of 2.1 misspells the last.
            auto const kind = child == "Structure"        ? "DataStructure"
                              : child == "StructureUsage" ? "Dataflow"
                              : child == "ProvisionAgreement" || child == "ProvisionAgrement"
                                  ? "ProvisionAgreement"
                                  : "";
            if (*kind == '\0') return xml_.skip();
            structure.reference = take_reference(xml_);
            structure.reference.kind = kind;
        });
        structures_.push_back(std::move(structure));
    }

    Note note() {
        Note note{std::string{xml_.value_of("code")}, std::string{xml_.value_of("severity")}, {}};
        each_child(xml_, [&](std::string const& child) {
            if (child == "Text")
                note.texts.push_back(trimmed(xml_.take_text()));
            else
                xml_.skip();
        });
        return note;
    }

    XmlStream xml_;
    SinkWriter writer_;
    MessageInfo info_;
    std::vector<HeaderStructure> structures_;
    Action action_ = Action::information;
    bool told_ = false;
};

} // namespace

void read_ml(gateway::io::XmlSource source, std::string const& name, SdmxSink& sink,
             Structures const* structures) {
    MlReader{std::move(source), name, sink, structures}.run();
}

} // namespace adapters::sdmx
