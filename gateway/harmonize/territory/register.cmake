# The register of areas and events, and crosswalks made from it.
target_sources(gateway_territory
    PRIVATE events.cpp graph.cpp graph_table.cpp names.cpp register.cpp register_lines.cpp
    PUBLIC FILE_SET HEADERS FILES events.hpp graph.hpp graph_edges.hpp register.hpp register_lines.hpp)
