#  dmh.bash: completion of dmh for bash: commands, options, and the words that options take.
_dmh ()
{
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]} words=
    local commands="run submit watch status list workers cancel retry remove fetch inspect schema keys verify rejects"
    local job="--kind --mapping --encoding --delimiter --no-header --schema --unpacked-bytes --stdin-bytes" broker="--broker --timeout --key --server-key" end="--json --help"
    local work="$job --format --date-order --decimal --audit --on-conflict --fail-on --strict --threads --block-bytes --record-bytes --output-bytes --time-limit --stall-seconds --priority -o --quiet
        --recursive --files-from --base --replace --skip-done --verbose
        --log-format --log-level"
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        mapfile -t COMPREPLY < <(compgen -W "$commands --help --version" -- "$word")
        return
    fi
    case $before in
    --fail-on) words="conformance completeness plausibility any value_invalid date.order_assumed required_missing
        structure_broken key_conflict reference_unmatched computation_failed value_missing record_duplicate
        record.key_repeats identifier.two_servers value_implausible time_implausible" ;;
    --kind) words="patient lab_result imaging_study all" ;;
    --format) words="csv ndjson fhir sqlite" ;;
    --encoding) words="utf-8 utf-16le utf-16be windows-1252 latin-1" ;;
    --delimiter) words="comma semicolon tab pipe caret tilde colon space" ;;
    --date-order) words="mdy dmy ymd" ;;
    --decimal) words="point comma" ;;
    --on-conflict) words="first last newest: fail" ;;
    --audit) words="summary full" ;;
    --transfer) words="auto always never" ;;
    --rights) words="client worker observer admin client-all gateway" ;;
    --state) words="queued running done failed cancelled" ;;
    --log-format) words="text json" ;;
    --log-level) words="debug info warning error none" ;;
    show) words="patient lab_result imaging_study" ;;
    -o | --keys)
        mapfile -t COMPREPLY < <(compgen -d -- "$word")
        return
        ;;
    esac
    if [ -n "$words" ]; then
        mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
        return
    fi
    case $command in
    run) words="$work --sign-key $end" ;;
    submit) words="$work --wait --transfer $broker $end" ;;
    watch) words="$broker --quiet $end" ;;
    status | cancel | retry | workers) words="$broker $end" ;;
    list) words="$broker --state --limit $end" ;;
    remove) words="$broker --quiet $end" ;;
    fetch) words="$broker -o --quiet --transfer $end" ;;
    inspect) words="$job --write-mapping --min-count $end" ;;
    schema)
        words=$end
        [ "$COMP_CWORD" -ne 2 ] || words="list show check $end"
        ;;
    keys)
        words="--keys --rights --sign $end"
        [ "$COMP_CWORD" -ne 2 ] || words="new list allow revoke $end"
        ;;
    verify) words="--input --job --verify-key --digest --quiet $broker $end" ;;
    rejects) words="-o --quiet $end" ;;
    esac
    case $word in
    -*) mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word") ;;
    *)
        [[ $command != schema && $command != keys ]] || [ "$COMP_CWORD" -ne 2 ] || mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
        [ ${#COMPREPLY[@]} -gt 0 ] || mapfile -t COMPREPLY < <(compgen -f -- "$word")
        ;;
    esac
}
complete -o filenames -F _dmh dmh
