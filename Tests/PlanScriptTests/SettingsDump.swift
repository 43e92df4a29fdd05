import Glibc
import LinuxSystem

/// What the tools of iproute2, nftables, iptables, ethtool and procfs tell about namespaces, in a form in which two
/// labs of one plan are equal.
struct SettingsDump {
    /// Makes a directory for the programs and what they write.
    init() throws {
        var template = Array("/tmp/netlab-script.XXXXXX".utf8CString)
        let path = try template.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress, let made = mkdtemp(start) else {
                throw SystemError.last("mkdtemp")
            }
            return String(cString: made)
        }
        directory = path
        try NewFile.create("\(directory)/dump.sh", with: Self.all)
        try NewFile.create("\(directory)/one.sh", with: Self.one)
    }

    let directory: String

    /// Namespaces by name; in a script `LAB` and `PHASE` say which they are.
    var command: [String] { ["bash", "\(directory)/dump.sh"] }

    func remove() async throws { try await ChildProcess.runChecked(ChildCommand("rm", ["-r", directory])) }

    /// What differs between two folders that `command` wrote, for one namespace.
    ///
    /// - Parameter taps: interfaces that are TAP devices on one side; what differs by kind is left out for them.
    func difference(_ left: String, _ right: String, namespace: String, taps: Set<String>) throws
        -> CollectionDifference<String>
    {
        let sections = try [left, right].map { try Self.sections(TextFile.read("\($0)/\(namespace)")) }
        var lines: [[String]] = [[], []]
        for name in Set(sections.flatMap(\.keys)).sorted() {
            // Most of it is equal as it stands: a thousand sysctls in each namespace.
            if sections[0][name] == sections[1][name] { continue }
            for side in 0...1 { lines[side] += Self.normalised(sections[side][name] ?? [], name, taps) }
        }
        return lines[1].difference(from: lines[0])
    }

    private static func sections(_ text: String) -> [String: [Substring]] {
        var sections: [String: [Substring]] = [:]
        var name = ""
        for line in text.split(separator: "\n") {
            if line.hasPrefix("== ") {
                name = String(line.dropFirst(3))
            } else {
                sections[name, default: []].append(line)
            }
        }
        return sections
    }

    private static let all = #"""
        # dump.sh OUT [NAME=PATH...]: one file for each namespace
        out=$1
        shift
        if [ $# -eq 0 ]; then
            out=$out/$PHASE
            for path in /run/netns/"$LAB".*; do set -- "$@" "${path##*/"$LAB".}=$path"; done
        fi
        mkdir -p "$out"
        for pair in "$@"; do
            nsenter --net="${pair#*=}" bash "$(dirname "$0")/one.sh" > "$out/${pair%%=*}"
        done
        """#

    /// What a device says of its carrier and what the kernel has made of it come apart for a while after each change:
    /// a worker of the kernel's carries the one over to the other. Settings are read where both agree.
    private static let one = #"""
        settled() {
            local flags
            while read -r _ _ flags _; do
                case $flags in
                    *NO-CARRIER*LOWER_UP*) return 1 ;;
                    *NO-CARRIER* | *LOWER_UP*) ;;
                    *) return 1 ;;
                esac
            done < <(ip -o link show up)
        }
        for _ in {1..500}; do
            settled && break
            sleep 0.01
        done
        echo '== link'
        ip -j -d link show
        echo '== addr'
        ip -j addr show
        echo '== route'
        ip -j route show table all
        echo '== neigh'
        ip -j neigh show nud permanent
        echo '== qdisc'
        tc qdisc show
        while read -r name _; do tc class show dev "${name%%@*}"; done < <(ip -br link)
        echo '== nft'
        nft -s list ruleset
        echo '== iptables'
        iptables-legacy-save | grep -v '^#'
        echo '== sysctl'
        grep -rs '' /proc/sys/net
        while read -r name _; do
            name=${name%%@*}
            [ "$name" = lo ] || { echo "== features $name"; ethtool -k "$name"; }
        done < <(ip -br link)
        exit 0
        """#

    private static func normalised(_ texts: [Substring], _ section: String, _ taps: Set<String>) -> [String] {
        var lines: [String] = []
        var table = ""
        for line in texts.map(String.init) {
            switch section {
            case "link", "addr", "route", "neigh":
                let values = (try? JSONValue(parsing: line))?.array ?? [.string("not JSON: \(line)")]
                lines += values.compactMap { Normal.object($0, section, taps) }.map { "\(section) \($0)" }
            case "qdisc":
                if let text = Normal.qdisc(line, taps) { lines.append("\(section) \(text)") }
            case "nft", "iptables":
                if line.hasPrefix("*") || line.hasPrefix("table") { table = line }
                lines.append("\(section) \(table): \(Normal.withoutComment(line))")
            case "sysctl":
                if let text = Normal.sysctl(line) { lines.append("sysctl \(text)") }
            default:
                let device = section.split(separator: " ").last.map(String.init) ?? ""
                if !taps.contains(device) { lines.append("\(section) \(line)") }
            }
        }
        // Rules have an order; everything else is listed in whichever order it was made.
        return section == "nft" || section == "iptables" ? lines : lines.sorted()
    }
}

/// Leaves out what differs between any two labs: numbers of interfaces, invented link-layer addresses, handles.
private enum Normal {
    static func object(_ value: JSONValue, _ section: String, _ taps: Set<String>) -> String? {
        guard var members = value.object else { return value.text }
        let isTAP = members["ifname"]?.string.map(taps.contains) ?? false
        switch section {
        case "link":
            var kept = [
                "ifname", "mtu", "flags", "master", "operstate", "txqlen", "gso_max_segs", "linkinfo",
            ]
            // Whether a device without carrier is told to be down depends on what it was before.
            if members["flags"]?.array?.contains(.string("NO-CARRIER")) == true {
                kept.removeAll { $0 == "operstate" }
            }
            if isTAP { kept = ["ifname", "mtu"] }
            // What a bridge has learnt and when its timers fire is no setting.
            if members["linkinfo"]?["info_kind"]?.string != "bridge" { kept.removeAll { $0 == "linkinfo" } }
            members = members.filter { kept.contains($0.key) }
            if let data = members["linkinfo"]?["info_data"]?.object {
                members["linkinfo"] = .object(
                    data.filter { ["stp_state", "mcast_snooping", "forward_delay"].contains($0.key) })
            }
        case "addr":
            let addresses = (members["addr_info"]?.array ?? []).filter {
                $0["local"]?.string?.hasPrefix("fe80") != true
            }
            members = members.filter { $0.key == "ifname" }
            members["addr_info"] = .array(
                addresses.map { .object(($0.object ?? [:]).filter { $0.key != "label" }) })
        case "route":
            if ["fe80", "ff00"].contains(where: { members["dst"]?.string?.hasPrefix($0) == true }) {
                return nil
            }
            members["flags"] = nil
            // Who made a route has no effect: netlab says static, `ip route` says boot.
            if members["protocol"]?.string == "static" { members["protocol"] = nil }
        default: break
        }
        return JSONValue.object(members).text
    }

    static func qdisc(_ line: String, _ taps: Set<String>) -> String? {
        var words = line.split(separator: " ").map(String.init)
        // `qdisc KIND HANDLE dev NAME …`
        if words.count > 4, words[0] == "qdisc" {
            if taps.contains(words[4]), ["fq_codel", "pfifo_fast", "noqueue", "mq"].contains(words[1]) {
                return nil
            }
            if words[2].hasPrefix("8") { words[2] = "auto" }
        }
        // The kernel gives handles from 8000: on to those who ask for none.
        if words.first == "class" {
            for (index, word) in words.enumerated() where word.wholeMatch(of: /8[0-9a-f]{3}:[0-9a-f]*/) != nil
            {
                words[index] = "auto:" + word.drop { $0 != ":" }.dropFirst()
            }
        }
        return words.joined(separator: " ")
    }

    static func sysctl(_ line: String) -> String? {
        let path = line.prefix { $0 != ":" }
        let volatile = ["nf_conntrack_count", "random", "stable_secret", "nf_conntrack_buckets"]
        return volatile.contains(where: path.contains) ? nil : line
    }

    /// netlab finds the counter of a line of iptables by a comment that it puts into it.
    static func withoutComment(_ line: String) -> String {
        var line = line.replacing(/-m comment --comment "?netlab:[A-Za-z0-9_.-]+"? ?/, with: "")
        line = line.replacing(/[ ]?comment "netlab:[^"]*"/, with: "").replacing("  counter", with: " counter")
        return line.replacing(/^:([A-Z]+) ([A-Z]+) \[.*/, with: { ":\($0.output.1) \($0.output.2)" })
    }
}
