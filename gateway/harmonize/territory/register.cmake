# The register of areas and events, and crosswalks made from it.
target_sources(gateway_territory
    PRIVATE events.cpp graph.cpp graph_municipal.cpp graph_table.cpp import.cpp import_audit.cpp import_gv100.cpp import_read.cpp import_store.cpp names.cpp register.cpp register_lines.cpp sheet_cells.cpp sheet_header.cpp sheet_reader.cpp sheet_rows.cpp sheet_tables.cpp sheet_text.cpp successors.cpp
    PUBLIC FILE_SET HEADERS FILES events.hpp graph.hpp graph_edges.hpp graph_municipal.hpp import.hpp import_read.hpp register.hpp register_lines.hpp sheet.hpp sheet_state.hpp sheet_text.hpp successors.hpp)
