import Glibc
import LinuxSystem
import NetlabLab
import NetlabModel
import NetlabProbe
import Netlink

/// Building and taking down labs of pairs of nodes, side by side: netlab, `ip -batch`, and one `ip` process
/// for each step.
///
/// Usage: lab-benchmark [ROUNDS] [NODES…]   (5 rounds; 2, 10, 100 nodes)
///        lab-benchmark snapshot            (one look at a node with four interfaces)
///
/// The methods take turns within each round, so that a busy moment of the machine hits all of them. Prints medians in
/// milliseconds.
@main
enum LabBenchmark {
    static func main() async throws {
        if CommandLine.arguments.contains("snapshot") { return try snapshots() }
        let numbers = CommandLine.arguments.dropFirst().compactMap { Int($0) }
        let rounds = numbers.first ?? 5
        let sizes = numbers.count > 1 ? Array(numbers.dropFirst()) : [2, 10, 100]
        print("nodes  netlab  ip-batch  ip   (set-up plus teardown, ms, median of \(rounds) rounds)")
        for size in sizes {
            var times: [String: [Double]] = [:]
            for _ in 0..<rounds {
                times["netlab", default: []].append(try await netlab(size))
                times["batch", default: []].append(try await ip(size, isBatch: true))
                // One process per step takes half a minute at 1000 nodes and says nothing new.
                if size <= 100 { times["ip", default: []].append(try await ip(size, isBatch: false)) }
            }
            let cells = ["netlab", "batch", "ip"].map {
                times[$0].map { DecimalText.short(median($0), decimals: 1) } ?? "-"
            }
            print("\(size)  \(cells.joined(separator: "  "))")
        }
    }

    /// How long one look at a node with four interfaces takes, in wall time.
    private static func snapshots() throws {
        let (node, peer) = (try RouteSocket(in: .create()), try RouteSocket(in: .create()))
        let names = (0..<4).map { "eth\($0)" }
        for name in names {
            try node.createVethPair(
                name: name, isUp: true, peerName: name, peerNamespace: peer.namespace)
        }
        let probe = try LabProbe(
            subjects: [.init(node: "node", namespace: node.namespace, interfaces: names)])
        var times: [Double] = []
        for _ in 0..<200 {
            let start = MonotonicClock.now()
            let snapshot = probe.snapshot(at: 0)
            times.append(MonotonicClock.elapsed(since: start).inSeconds * 1000)
            if !snapshot.errors.isEmpty { print("not everything was read: \(snapshot.errors)") }
        }
        let sorted = times.sorted()
        let cells = [sorted[0], median(times), sorted[sorted.count * 9 / 10]].map {
            DecimalText.short($0, decimals: 2)
        }
        print(
            "snapshot of a node with 4 interfaces, ms: least, median, p90: \(cells.joined(separator: "  "))")
    }

    private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

    private static func pairs(_ nodes: Int) -> [(String, String)] {
        stride(from: 0, to: nodes, by: 2).map { ("b\($0)", "b\($0 + 1)") }
    }

    private static func netlab(_ count: Int) async throws -> Double {
        var state = LabState()
        for (left, right) in pairs(count) {
            for (name, address) in [(left, "10.0.0.1/24"), (right, "10.0.0.2/24")] {
                var node = Node(name: name)
                var interface = Interface(name: "eth0")
                interface.addresses = IPPrefix(address).map { [$0] } ?? []
                node.interfaces = [interface]
                state.nodes.append(node)
            }
            state.links.append(
                Link(
                    name: left,
                    ends: [
                        InterfaceID(node: left, interface: "eth0"),
                        InterfaceID(node: right, interface: "eth0"),
                    ]))
        }
        let wanted = state
        let start = MonotonicClock.now()
        let (result, _) = try await Lab.withLab(named: "benchmark") { lab in try await lab.change(to: wanted)
        }
        _ = try result.get()
        return MonotonicClock.elapsed(since: start).inSeconds * 1000
    }

    private static func ip(_ count: Int, isBatch: Bool) async throws -> Double {
        var build: [String] = []
        var remove: [String] = []
        for (left, right) in pairs(count) {
            build += ["netns add \(left)", "netns add \(right)"]
            build.append("link add eth0 netns \(left) type veth peer name eth0 netns \(right)")
            for (node, address) in [(left, "10.0.0.1/24"), (right, "10.0.0.2/24")] {
                build += ["-n \(node) address add \(address) dev eth0", "-n \(node) link set dev eth0 up"]
                remove.append("netns del \(node)")
            }
        }
        let start = MonotonicClock.now()
        for lines in [build, remove] {
            if isBatch {
                // A batch cannot change namespaces: `ip -n` is a process per node, as a careful script would
                // write it.
                let (plain, inside) = (
                    lines.filter { !$0.hasPrefix("-n") }, lines.filter { $0.hasPrefix("-n") }
                )
                try await batch(plain, in: nil)
                for (node, group) in Dictionary(grouping: inside, by: { String($0.split(separator: " ")[1]) })
                {
                    try await batch(
                        group.map { $0.split(separator: " ").dropFirst(2).joined(separator: " ") }, in: node)
                }
            } else {
                for line in lines {
                    try await ChildProcess.runChecked(
                        ChildCommand("ip", line.split(separator: " ").map(String.init)))
                }
            }
        }
        return MonotonicClock.elapsed(since: start).inSeconds * 1000
    }

    private static func batch(_ lines: [String], in node: String?) async throws {
        guard !lines.isEmpty else { return }
        var command = ChildCommand("ip", (node.map { ["-n", $0] } ?? []) + ["-batch", "-"])
        command.standardInput = Array((lines.joined(separator: "\n") + "\n").utf8)
        try await ChildProcess.runChecked(command)
    }
}
