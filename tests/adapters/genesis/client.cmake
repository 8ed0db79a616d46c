gateway_test(genesis_client_test
    SOURCES client_check_test.cpp client_credentials_test.cpp client_directory_test.cpp client_job_test.cpp
            client_list_test.cpp client_recorded_test.cpp client_services_test.cpp client_session_test.cpp
            client_support.cpp client_table_test.cpp
    LINKS adapter_genesis_client PkgConfig::ZLIB
    LABEL unit)
gateway_test(genesis_client_replay_test
    SOURCES client_replay_test.cpp client_support.cpp
    LINKS adapter_genesis_client gateway_http PkgConfig::ZLIB
    LABEL net)
