gateway_module(adapter_genesis_client
    SOURCES client.cpp client_job.cpp client_split.cpp client_table.cpp credentials.cpp directory_transport.cpp masking.cpp
            services.cpp session.cpp session_outcome.cpp table_check.cpp table_request.cpp
    HEADERS client.hpp credentials.hpp directory_transport.hpp masking.hpp services.hpp session.hpp
            session_outcome.hpp table_check.hpp table_request.hpp
    LINKS gateway_core gateway_io adapter_genesis_reader)
