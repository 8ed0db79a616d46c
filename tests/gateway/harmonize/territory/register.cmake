gateway_test(territory_register_test
    SOURCES register_test.cpp register_graph_test.cpp register_import_test.cpp register_recorded_test.cpp register_sheet_test.cpp
    LINKS gateway_territory
    LABEL unit)
