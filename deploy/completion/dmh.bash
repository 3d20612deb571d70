#  dmh.bash: completion of dmh, dmh-broker, dmh-worker, dmh-gateway and dmh-bridge for bash. The programs know their words; this asks them.
_dmh ()
{
    local -a words=() lines=()
    local i word last before line
    #  bash parts --kind=patient at its sign; it is one word.
    for ((i = 1; i <= COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        last=$((${#words[@]} - 1))
        if ((last >= 0)) && [[ ${words[last]} == --* && ( $word == = || ${words[last]} == *= ) ]]; then
            words[last]+=$word
        else
            words+=("$word")
        fi
    done
    word=${words[${#words[@]} - 1]}
    before=
    [[ $word != --*=* ]] || before=${word%%=*}=
    mapfile -t lines < <("${COMP_WORDS[0]}" complete -- "${words[@]}" 2>/dev/null)
    COMPREPLY=()
    for line in "${lines[@]}"; do
        case $line in
        :files | :folders)
            [[ $line == :files ]] && i=-f || i=-d
            mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen $i -- "${word#"$before"}")
            compopt -o filenames 2>/dev/null
            ;;
        :none) ;;
        *)
            line=${line%%$'\t'*}
            COMPREPLY+=("${line#"$before"}")
            ;;
        esac
    done
    #  a list of words with commas and "newest:" go on
    [[ ${#COMPREPLY[@]} -ne 1 || ${COMPREPLY[0]} != *: ]] || compopt -o nospace 2>/dev/null
}
complete -F _dmh dmh dmh-broker dmh-worker dmh-gateway dmh-bridge
