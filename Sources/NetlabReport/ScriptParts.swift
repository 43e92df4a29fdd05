/// Functions that scripts made from plans have in common.
enum ScriptParts {
    static let takeDown = removal + "}\n" + traps

    /// Where a phase changes settings of the whole machine, their old values stand in HOST_SYSCTL.
    static let takeDownWithHost =
        removal + #"""
                for name in "${!HOST_SYSCTL[@]}"; do sysctl -qw "$name=${HOST_SYSCTL[$name]}"; done
                HOST_SYSCTL=()
            }
            declare -A HOST_SYSCTL=()

            """# + traps

    private static let removal = #"""
        # Everything of this lab has a name that begins with $LAB. What runs in it ends with it.
        take_down() {
            local path
            for path in /run/netns/"$LAB".*; do
                [ -e "$path" ] || continue
                ip netns pids "${path##*/}" | xargs -r kill 2>/dev/null || true
                ip netns del "${path##*/}"
                rm -rf "/etc/netns/${path##*/}"
            done

        """#

    private static let traps = #"""
        trap take_down EXIT
        trap 'exit 130' INT TERM

        """#

    static let ready = #"""
        # Waits until interfaces can send: ready NODE INTERFACE...
        ready() {
            local node=$1 interface tries
            shift
            for interface in "$@"; do
                tries=0
                until ip -n "$LAB.$node" -o link show dev "$interface" | grep -q 'state UP'; do
                    [ "$((tries += 1))" -lt 500 ] || {
                        echo "$0: $interface of $node does not come up" >&2
                        exit 1
                    }
                    sleep 0.01
                done
            done
        }

        """#

    static let netem = #"""
        # netem is a module that not every kernel has: netem NAMESPACE INTERFACE WORDS...
        netem() {
            local namespace=$1 interface=$2
            shift 2
            tc -n "$namespace" qdisc replace dev "$interface" root netem "$@" 2>/dev/null ||
                echo "$0: this kernel has no netem, so this is left out: $*" >&2
        }

        """#

    static let sysctl = #"""
        # A later phase puts these back: remember_sysctl NODE NAME, reset_sysctl NODE NAME
        declare -A SYSCTL=()
        remember_sysctl() {
            [ -n "${SYSCTL[$1 $2]+set}" ] || SYSCTL[$1 $2]=$(ip netns exec "$LAB.$1" sysctl -n "$2")
        }
        reset_sysctl() {
            [ -n "${SYSCTL[$1 $2]+set}" ] || return 0
            ip netns exec "$LAB.$1" sysctl -qw "$2=${SYSCTL[$1 $2]}"
        }

        """#

    static let address = #"""
        # A later phase puts these back: remember_address NODE INTERFACE, reset_address NODE INTERFACE
        declare -A ADDRESS=()
        remember_address() {
            [ -n "${ADDRESS[$1 $2]+set}" ] ||
                ADDRESS[$1 $2]=$(ip -n "$LAB.$1" -o link show dev "$2" | sed 's|.* link/ether ||; s| .*||')
        }
        reset_address() {
            # One that nothing has changed is still what it was made with.
            [ -z "${ADDRESS[$1 $2]+set}" ] || ip -n "$LAB.$1" link set dev "$2" address "${ADDRESS[$1 $2]}"
        }

        """#

    /// ethtool lists the kernel's features indented below short names that stand for several of them.
    static let offloads = #"""
        # A later phase puts these back: remember_offloads NODE INTERFACE, reset_offloads NODE INTERFACE
        declare -A OFFLOADS=()
        remember_offloads() {
            [ -n "${OFFLOADS[$1 $2]+set}" ] || OFFLOADS[$1 $2]=$(
                ip netns exec "$LAB.$1" ethtool -k "$2" | awk '
                    function flush() { if (last !~ /fixed/ && last ~ /: o[nf]/) print last; last = "" }
                    NR > 1 { if (/^\t/) { if (last !~ /^\t/) last = ""; } flush(); last = $0 }
                    END { flush() }' | sed 's/^\t*//; s/: / /; s/off \[requested on\]/on/; s/ \[.*//' | tr '\n' ' ')
        }
        reset_offloads() {
            # Words, each of them an argument.
            # shellcheck disable=SC2086
            ip netns exec "$LAB.$1" ethtool -K "$2" ${OFFLOADS[$1 $2]} >/dev/null
        }

        """#

    static let kernels = #"""
        # Runs a command on kernels of a range only: on_kernels AT_LEAST BELOW COMMAND...
        on_kernels() {
            local here least=$1 below=$2
            here=$(uname -r)
            here=${here%%[!0-9.]*}
            shift 2
            if { [ -n "$least" ] && [ "$(printf '%s\n' "$least" "$here" | sort -V | head -n 1)" != "$least" ]; } ||
                { [ -n "$below" ] && [ "$(printf '%s\n' "$below" "$here" | sort -V | head -n 1)" = "$below" ]; }; then
                echo "$0: left out on $here: $*" >&2
                return 0
            fi
            "$@"
        }

        """#

    static let hostSysctl = #"""
        # Settings of the whole machine, put back when the script ends: host_sysctl NAME VALUE
        host_sysctl() {
            [ "${ALLOW_HOST_CHANGES:-}" = 1 ] || {
                echo "$0: $1 is a setting of the whole machine; run with ALLOW_HOST_CHANGES=1" >&2
                exit 3
            }
            [ -n "${HOST_SYSCTL[$1]+set}" ] || HOST_SYSCTL[$1]=$(sysctl -n "$1")
            sysctl -qw "$1=$2"
        }
        reset_host_sysctl() {
            [ -n "${HOST_SYSCTL[$1]+set}" ] || return 0
            sysctl -qw "$1=${HOST_SYSCTL[$1]}"
            unset "HOST_SYSCTL[$1]"
        }

        """#
}
