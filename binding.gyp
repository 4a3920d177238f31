# Every flag has its reason beside it; test/build.test.ts and test/agreement.test.ts fail where one that the bits depend on is
# gone, test/hardening.test.ts where one that keeps an error from becoming more is.
#
# Left out on purpose: -ftrivial-auto-var-init=zero, which g++ 11 does not know; -fhardened, which is g++ 14's name for what is
# spelt out here; -fno-plt, which changes nothing where all is bound at load time; control-flow integrity of clang, which needs
# the whole program.
{
  "variables": {
    "san%": "",       # asan | tsan: see CONTRIBUTING.md, "Sanitizers"
  },
  "targets": [
    {
      "target_name": "lanestep",
      "sources": [
        "native/addon.cc",
        "native/arena.cc",
        "native/plan.cc",
        "native/fold.cc",
        "native/multiply.cc",
        "native/orthogonal.cc",
        "native/parallel.cc",
        "native/dispatch.cc",
        "native/isa/avx512.cc",
        "native/isa/avx2.cc",
        "native/isa/sse2.cc",
        "native/isa/neon.cc",
      ],
      "include_dirs": ["<!(node -p \"require('node-addon-api').include_dir\")"],
      "defines": [
        "NAPI_VERSION=8",                           # loads on every Node that the package supports, without a rebuild
        "NODE_ADDON_API_CPP_EXCEPTIONS_ALL",        # std::bad_alloc and its like become JavaScript errors, not aborts
        "NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS",  # a terminating worker must not take the process with it
      ],
      "cflags_cc": [
        "-std=c++17",
        "-O3",                    # the vectors are written out; what it gains over -O2 is shorter code
        "-ffp-contract=off",      # no fused multiply-add: g++ fuses even explicit intrinsics, arm64 fuses by default
        "-fexceptions",
        "-fvisibility=hidden",    # nothing but the module's registration is exported
        "-Wall", "-Wextra", "-Wno-unused-parameter",
        "-Wno-maybe-uninitialized",  # g++ 12 sees its own AVX-512 header so
        "-Wno-unknown-warning-option",  # clang does not know the one before, nor g++ this one
        "-fstack-protector-strong",  # a frame that was written past its end ends the process
      ],
      "cflags_cc!": ["-fno-exceptions", "-fno-rtti", "-std=gnu++17", "-std=gnu++20"],
      "conditions": [
        ["OS=='linux'", {
          "defines": [
            "_FORTIFY_SOURCE=2",    # calls of the C library whose bounds the compiler knows are checked
            "_GLIBCXX_ASSERTIONS",  # the standard containers check indices: 3 kB, ten places, none of them in a kernel
          ],
          "cflags_cc": [
            "-fstack-clash-protection",  # a large frame cannot jump over the guard page: 5 instructions in all
            # How to unwind what nothing is thrown through: 20 kB. Debuggers and profilers have the frame pointers.
            "-fno-asynchronous-unwind-tables", "-fno-dwarf2-cfi-asm",
          ],
          "ldflags": [
            "-Wl,-z,nodelete",      # the pool's threads run this code after the worker that loaded it is gone
            "-Wl,-z,relro,-z,now",  # all is bound at load time, and its addresses cannot be written afterwards
            "-Wl,-z,noexecstack",   # whatever an object file says
            "-Wl,--version-script=../native/exports.ld",  # std's inline functions are visible in spite of -fvisibility
            "-Wl,--gc-sections",
            "-Wl,-s",               # a stripped addon
          ],
        }],
        # Every function that can be called by its address says so, and a return goes where the call came from, on processors
        # and in processes that check it: 4 bytes a function, nothing in a loop. One addon without would turn it off for all.
        ["OS=='linux' and target_arch=='x64'", {"cflags_cc": ["-fcf-protection=full"]}],
        ["OS=='linux' and target_arch=='arm64'", {"cflags_cc": ["-mbranch-protection=standard"]}],
        # All kernels are in one file an instruction set: optimized in full, what sanitizers add to them takes the compiler ten minutes.
        ["OS=='linux' and san!=''", {"cflags_cc": ["-O1", "-g1"]}],
        ["OS=='linux' and san=='asan'", {
          "defines!": ["_FORTIFY_SOURCE=2"],
          "ldflags!": ["-Wl,-s"],
          "cflags_cc": [
            "-fno-omit-frame-pointer", "-fasynchronous-unwind-tables", "-fsanitize=address,undefined",
            "-fno-sanitize-recover=undefined",
          ],
          "ldflags": ["-fsanitize=address,undefined"],
        }],
        ["OS=='linux' and san=='tsan'", {
          "defines!": ["_FORTIFY_SOURCE=2"],
          "ldflags!": ["-Wl,-s"],
          "cflags_cc": ["-fasynchronous-unwind-tables", "-fsanitize=thread"],
          "ldflags": ["-fsanitize=thread"],
        }],
        # macOS and Windows: written from the documentation of their compilers, not yet built by us.
        ["OS=='mac'", {
          "xcode_settings": {
            "CLANG_CXX_LANGUAGE_STANDARD": "c++17",
            "CLANG_CXX_LIBRARY": "libc++",
            "GCC_ENABLE_CPP_EXCEPTIONS": "YES",
            "GCC_OPTIMIZATION_LEVEL": "3",
            "GCC_SYMBOLS_PRIVATE_EXTERN": "YES",
            "MACOSX_DEPLOYMENT_TARGET": "11.0",
            "OTHER_CPLUSPLUSFLAGS": ["-ffp-contract=off", "-fstack-protector-strong"],
          },
        }],
        ["OS=='win'", {
          "defines": ["NOMINMAX"],
          "msvs_settings": {
            "VCCLCompilerTool": {
              "ExceptionHandling": 1,
              # /fp:precise neither fuses nor reorders since Visual Studio 2022 17.0 (older ones need /fp:strict)
              "AdditionalOptions": ["/std:c++17", "/O2", "/fp:precise"],
            },
          },
        }],
      ],
    },
    {
      # The roof of the benchmarks (bench/native/roof.cc); it is not shipped.
      "target_name": "roof",
      "sources": ["bench/native/roof.cc", "native/parallel.cc"],
      "include_dirs": ["<!(node -p \"require('node-addon-api').include_dir\")"],
      "defines": ["NAPI_VERSION=8", "NODE_ADDON_API_CPP_EXCEPTIONS_ALL"],
      "cflags_cc": ["-std=c++17", "-O3", "-ffp-contract=off", "-fexceptions"],
      "cflags_cc!": ["-fno-exceptions", "-fno-rtti", "-std=gnu++17", "-std=gnu++20"],
      "conditions": [["OS=='mac'", {"xcode_settings": {"GCC_ENABLE_CPP_EXCEPTIONS": "YES"}}]],
    },
  ],
}
