# One interface target carries what every target needs: C++20, warnings, the include root, sanitizers.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(CRYPTO REQUIRED IMPORTED_TARGET libcrypto)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(ZLIB REQUIRED IMPORTED_TARGET zlib)
pkg_check_modules(CURL REQUIRED IMPORTED_TARGET libcurl)
pkg_check_modules(PUGIXML REQUIRED IMPORTED_TARGET pugixml)

# gateway_prefer_archive(PkgConfig::X libx.a): links the archive where it is installed. Most runs are short, and
# relocating a shared library costs each of them 0.1 to 0.7 ms.
option(KREISLAUF_ARCHIVES "Link archives instead of shared libraries where they are installed" ON)
function(gateway_prefer_archive target archive)
    if(NOT KREISLAUF_ARCHIVES)
        return()
    endif()
    find_library(KREISLAUF_${archive} ${archive})
    if(KREISLAUF_${archive})
        set_property(TARGET ${target} PROPERTY INTERFACE_LINK_LIBRARIES
                     ${KREISLAUF_${archive}} ${ARGN} Threads::Threads ${CMAKE_DL_LIBS})
    endif()
endfunction()
gateway_prefer_archive(PkgConfig::SQLITE libsqlite3.a m)
gateway_prefer_archive(PkgConfig::ZSTD libzstd.a)
gateway_prefer_archive(PkgConfig::ZLIB libz.a)
# The shared one also brings the shared library of C++: half a millisecond.
gateway_prefer_archive(PkgConfig::PUGIXML libpugixml.a)

add_library(gateway_options INTERFACE)
target_compile_features(gateway_options INTERFACE cxx_std_20)
target_include_directories(gateway_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(gateway_options INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Wold-style-cast
    -Wimplicit-fallthrough -Wcast-align -Woverloaded-virtual)
if(KREISLAUF_SANITIZE)
    target_compile_options(gateway_options INTERFACE -fsanitize=${KREISLAUF_SANITIZE} -fno-omit-frame-pointer
                                                     -fno-sanitize-recover=all)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        # g++ 12 takes std::regex for uninitialized once it is instrumented.
        target_compile_options(gateway_options INTERFACE -Wno-maybe-uninitialized)
        if(KREISLAUF_SANITIZE STREQUAL "thread")
            # Asio's fences, beside which it locks: the sanitizer sees the locks.
            target_compile_options(gateway_options INTERFACE -Wno-tsan)
        endif()
    endif()
    target_link_options(gateway_options INTERFACE -fsanitize=${KREISLAUF_SANITIZE})
endif()
find_program(KREISLAUF_MOLD mold)
if(KREISLAUF_MOLD AND NOT KREISLAUF_SANITIZE)
    target_link_options(gateway_options INTERFACE -fuse-ld=mold)
endif()

# What tests include most, compiled once. On in the preset `release` alone: the others notice a missing #include.
option(KREISLAUF_PRECOMPILED_HEADERS "Precompile the headers of tests (g++)" OFF)

find_program(KREISLAUF_CCACHE ccache)
if(KREISLAUF_CCACHE)
    # Without this sloppiness a compiler cache refuses precompiled headers.
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros
                                    ${KREISLAUF_CCACHE})
endif()

# gateway_module(NAME SOURCES... HEADERS... LINKS...): one static library per folder; its headers compile alone.
function(gateway_module name)
    cmake_parse_arguments(arg "" "" "SOURCES;HEADERS;LINKS;PRIVATE_LINKS" ${ARGN})
    add_library(${name} STATIC ${arg_SOURCES})
    target_sources(${name} PUBLIC FILE_SET HEADERS BASE_DIRS ${CMAKE_SOURCE_DIR} FILES ${arg_HEADERS})
    target_link_libraries(${name} PUBLIC gateway_options ${arg_LINKS} PRIVATE ${arg_PRIVATE_LINKS})
    set_target_properties(${name} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
endfunction()
