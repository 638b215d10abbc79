# GG_COMPILER_WARNINGS: put the flags the compiler knows in GG_CFLAGS;
# --enable-werror makes them errors (continuous integration does, users don't).
AC_DEFUN([GG_COMPILER_WARNINGS], [
  AC_ARG_ENABLE([werror],
    [AS_HELP_STRING([--enable-werror], [treat compiler warnings as errors])])
  gg_flags="-fvisibility=hidden -Wall -Wextra -Wpedantic -Wshadow -Wconversion
    -Wvla -Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings"
  AS_IF([test "x$enable_werror" = xyes], [gg_flags="$gg_flags -Werror"])
  for gg_flag in $gg_flags; do
    gg_saved="$CFLAGS"
    CFLAGS="$CFLAGS -Werror $gg_flag"
    AC_MSG_CHECKING([whether $CC accepts $gg_flag])
    AC_COMPILE_IFELSE([AC_LANG_PROGRAM()],
      [AC_MSG_RESULT([yes]); GG_CFLAGS="$GG_CFLAGS $gg_flag"],
      [AC_MSG_RESULT([no])])
    CFLAGS="$gg_saved"
  done
  AC_SUBST([GG_CFLAGS])
])

# GG_ARG_SANITIZE: --enable-sanitize=address,undefined and friends.  A finding
# ends the program, so that no test passes over one.
#
# A program that was not built this way, such as lua5.4, can load our module
# only with the address sanitizer's runtime in front: SANITIZE_PRELOAD.
#
# With fuzzer-no-link, which only clang has, the fuzz targets are linked with
# libFuzzer: FUZZING.
AC_DEFUN([GG_ARG_SANITIZE], [
  AC_ARG_ENABLE([sanitize],
    [AS_HELP_STRING([--enable-sanitize=LIST], [build with -fsanitize=LIST])])
  AS_CASE([$enable_sanitize], [yes], [enable_sanitize=address,undefined],
    [no], [enable_sanitize=])
  AS_IF([test -n "$enable_sanitize"],
    [gg_sanitize="-fsanitize=$enable_sanitize -fno-sanitize-recover=all"
     GG_CFLAGS="$GG_CFLAGS $gg_sanitize -fno-omit-frame-pointer"
     GG_LDFLAGS="$gg_sanitize"])
  AS_CASE([,$enable_sanitize,], [*,address,*],
    [gg_cpu=`$CC -dumpmachine | sed 's/-.*//'`
     for gg_name in libasan.so libclang_rt.asan-$gg_cpu.so; do
       gg_runtime=`$CC -print-file-name=$gg_name`
       AS_IF([test -f "$gg_runtime"], [SANITIZE_PRELOAD=$gg_runtime])
     done])
  AS_CASE([,$enable_sanitize,], [*,fuzzer-no-link,*], [gg_fuzzing=yes],
    [gg_fuzzing=no])
  AM_CONDITIONAL([FUZZING], [test "$gg_fuzzing" = yes])
  AC_SUBST([enable_sanitize])
  AC_SUBST([SANITIZE_PRELOAD])
  AC_SUBST([GG_LDFLAGS])
])
