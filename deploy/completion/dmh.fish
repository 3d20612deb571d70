#  dmh.fish: completion of dmh, dmh-broker, dmh-worker, dmh-gateway and dmh-bridge for fish. The programs know their words; this asks them.
function __dmh_complete
    set -l before (commandline -opc)
    set -l word (commandline -ct)
    set -l program $before[1]
    set -e before[1]
    type -q -- $program; or return
    for line in ($program complete -- $before "$word" 2>/dev/null)
        switch $line
            case :files
                __fish_complete_path (string replace -r '^--[^=]*=' '' -- "$word")
            case :folders
                __fish_complete_directories (string replace -r '^--[^=]*=' '' -- "$word")
            case :none
            case '*'
                echo $line
        end
    end
end
for program in dmh dmh-broker dmh-worker dmh-gateway dmh-bridge
    complete -c $program -f -a '(__dmh_complete)'
end
