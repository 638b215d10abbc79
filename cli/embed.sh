#!/bin/sh
# embed.sh FOLDER FILE... - print a C file with the starter set, for init.
#
# The files are real ones, tested as such; the program carries them, so that
# init works wherever it is.
folder=$1
shift
echo '#include "show.h"'
echo
echo 'const struct starter_file starter_files[] = {'
for file; do
    printf '    {"%s",\n' "$file"
    # every line of the file becomes a string of its own
    sed 's/[\\"]/\\&/g; s/^/     "/; s/$/\\n"/' "$folder/$file" || exit 1
    echo '    },'
done
echo '    {0}};'
