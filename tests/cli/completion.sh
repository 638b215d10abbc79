#!/bin/sh
# grantgate completion: in a real shell, what --help lists is what it offers.
. "$srcdir/tests/tap.sh"
. "$srcdir/tests/cli/scene.sh"

# What --help lists, one name a line.
commands_of_help() {
    "$GRANTGATE" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'
}

flags_of_help() {
    "$GRANTGATE" "$1" --help | grep -oE '^  (-[a-z], |    )--[a-z-]+' |
        grep -oE -e '--?[a-z-]+'
}

# The values that an option or operand in lower case has, as "FLAG VALUES".
values_of_help() {
    "$GRANTGATE" "$1" --help |
        sed -nE 's/^ .*(--[a-z-]+) ([a-z_]+(\|[a-z_]+)+)( .*)?$/\1 \2/p' |
        tr '|' ' '
}

# offers SHELL WORD...: what SHELL completes the last WORD to, sorted.
offers() {
    shell=$1
    shift
    "offers_$shell" "$@" | sort -u
}

offers_bash() {
    bash --norc -c '
        source "$1"
        shift
        COMP_WORDS=("$@")
        COMP_CWORD=$(($# - 1))
        _grantgate
        [[ ${#COMPREPLY[@]} -eq 0 ]] || printf "%s\n" "${COMPREPLY[@]}"' \
        bash script.bash "$@"
}

# The functions of zsh that a completion calls, in its absence: they print
# what they were given, as names.
offers_zsh() {
    zsh -f -c '
        compdef() { : }
        _describe() { print -rl -- ${${(P)2}%%:*} }
        _arguments() {
            local spec
            for spec; do
                case $before:$spec in
                -*:\*$before*\[*) print -rl -- ${=${${spec##*:\(}%\)*}}; return ;;
                -*) ;;
                :\*--*) print -r -- ${${${spec#\*}%%\[*}%=} ;;
                :\*-*) print -r -- ${${spec#\*}%%\[*} ;;
                :\*:*) [[ $words[CURRENT] == -* ]] ||
                    print -rl -- ${spec##*:} ;;
                esac
            done
        }
        source "$1"
        shift
        words=("$@")
        CURRENT=$#
        before=${words[CURRENT - 1]}
        [[ $before == -* ]] || before=
        _grantgate' zsh script.zsh "$@"
}

offers_commands() {
    { commands_of_help; [ "$1" = zsh ] || printf '%s\n' --help --version; } |
        sort >wanted
    [ -s wanted ] && offers "$1" grantgate '' | diff wanted - || return 1
    offers "$1" grantgate help '' >got
    commands_of_help | sort | diff - got
}

offers_flags() {
    commands_of_help | grep -vx help >commands
    [ -s commands ] || return 1
    while read -r command; do
        flags_of_help "$command" | sort -u >wanted
        [ -s wanted ] || return 1
        offers "$1" grantgate "$command" - | diff wanted - || return 1
    done <commands
}

offers_values() {
    seen=0
    commands_of_help | grep -vx help >commands
    while read -r command; do
        values_of_help "$command" >values
        while read -r flag words; do
            seen=$((seen + 1))
            # shellcheck disable=SC2086 # words
            printf '%s\n' $words | sort >wanted
            offers "$1" grantgate "$command" "$flag" '' | diff wanted - ||
                return 1
        done <values
    done <commands
    [ "$seen" -ge 3 ]
}

# What only the one shell of the two can be asked without a terminal.
completes_in_bash() {
    mkdir -p here/folder && touch 'here/a file' && cd here || return 1
    cp ../script.bash .
    [ "$(offers bash grantgate url --region =)" = "eu
us" ] && [ "$(offers bash grantgate url --region = e)" = eu ] &&
        [ "$(offers bash grantgate ch)" = check ] &&
        [ "$(offers bash grantgate test f)" = folder ] &&
        [ "$(offers bash grantgate eval 'a')" = 'a file' ] &&
        [ -z "$(offers bash grantgate eval --now '')" ] &&
        [ "$(offers bash grantgate completion '')" = "bash
zsh" ]
}

is_installed() {
    find "$stage" -path '*/bash-completion/completions/grantgate' >found
    find "$stage" -path '*/zsh/site-functions/_grantgate' >>found
    counts "" found 2 && diff script.bash "$(head -n 1 found)" &&
        diff script.zsh "$(tail -n 1 found)"
}

"$GRANTGATE" completion bash >script.bash
"$GRANTGATE" completion zsh >script.zsh
for shell in bash zsh; do
    if command -v "$shell" >/dev/null 2>&1; then
        claim "$shell reads the script" "$shell" -n "script.$shell"
        claim "$shell offers each command" offers_commands "$shell"
        claim "$shell offers each option of each command" \
            offers_flags "$shell"
        claim "$shell offers the values there are" offers_values "$shell"
    else
        skip "$shell completes" "no $shell"
    fi
done
if command -v bash >/dev/null 2>&1; then
    claim "bash completes values after '=', paths, and nothing unknown" \
        completes_in_bash
fi
claim "make install puts both where the shells look" is_installed
claim "refuses another shell" refused "for bash and for zsh, not for 'fish'" \
    completion fish
claim "refuses no shell" refused "name one shell: bash or zsh" completion
done_testing
