// A target region: what stands between TARGET_BEGIN and TARGET_END is compiled for the named features, the
// rest of the file for the baseline, so that no inline function of a shared header is ever compiled for a
// newer processor and then picked by the linker for all of them.
#pragma once

#define LANESTEP_PRAGMA(text) _Pragma(#text)

#if defined(__clang__)
#define TARGET_BEGIN(features) \
  LANESTEP_PRAGMA(clang attribute push(__attribute__((target(features))), apply_to = function))
#define TARGET_END LANESTEP_PRAGMA(clang attribute pop)
#elif defined(__GNUC__)
#define TARGET_BEGIN(features) LANESTEP_PRAGMA(GCC push_options) LANESTEP_PRAGMA(GCC target(features))
#define TARGET_END LANESTEP_PRAGMA(GCC pop_options)
#else  // MSVC compiles every intrinsic everywhere
#define TARGET_BEGIN(features)
#define TARGET_END
#endif
