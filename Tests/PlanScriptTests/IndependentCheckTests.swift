import Glibc
import KernelTestSupport
import LinuxSystem
import NetlabModel
import NetlabReport
import NetlabRunner
import Testing

/// The same fault without netlab: the lab built by the script, the traffic made by Python, the counters read by
/// nstat, ss and `ip -s`. Every counter of the kernel's MIBs moves by what netlab's record says, in every node.
@Suite(
    .needsRoot, .needsProgram("python3"), .needsProgram("nstat"), .needsProgram("ss"), .serialized,
    .leavesNothingBehind)
struct IndependentCheckTests {
    /// Scenario → the phases that are compared. Their traffic is counted and not timed, so that both agree exactly.
    static let table: [(name: String, phases: [String])] = [
        ("accept-queue-overflow", ["control", "fault"]), ("arp-unresolved", ["control", "fault"]),
        ("conntrack-limit", ["control", "fault"]),
        ("duplicate-ip", ["control", "fault"]), ("nat-two-clients", ["control", "fault-one-port"]),
        ("mss-256", ["control", "fault"]),
        ("fw-drop-vs-reject", ["control", "fault-drop", "fault-reject"]),
        ("iptables-drop-30", ["control", "fault-every-third", "fault-legacy", "fault-nftables"]),
        ("mtu-100", ["control", "fault"]), ("no-return-route", ["control", "fault"]),
        ("no-route", ["control", "fault-none", "fault-unreachable"]), ("rp-filter", ["control", "fault"]),
        ("syn-lost", ["control", "fault"]), ("synack-lost", ["control", "fault"]),
        ("syn-timeout", ["control", "fault"]), ("ttl-exceeded", ["fault-short"]),
        ("udp-closed-port", ["control", "fault"]), ("udp-rcvbuf-overflow", ["control", "fault"]),
    ]

    /// Scenarios that are compared while the sockets are still open. How connections end that nobody has accepted is a
    /// race: the acknowledgement of the client's FIN, 40 ms late, against the reset by the server's end.
    static let beforeTheEnd: Set<String> = ["accept-queue-overflow"]

    @Test func theSameCountersMoveByTheSameAmounts() async throws {
        #expect(Self.table.count >= 15)
        await withTaskGroup(of: Void.self) { group in
            for (index, row) in Self.table.enumerated() {
                if index >= 4 { await group.next() }
                group.addTask {
                    do {
                        // A busy machine may spoil one run by a repetition that it made necessary.
                        var differences = try await Self.differences(row.name, row.phases)
                        if !differences.isEmpty {
                            differences = try await Self.differences(row.name, row.phases)
                        }
                        if !differences.isEmpty {
                            Issue.record("\(row.name):\n  \(differences.joined(separator: "\n  "))")
                        }
                    } catch {
                        Issue.record("\(row.name): \(error)")
                    }
                }
            }
        }
    }

    static func differences(_ name: String, _ phases: [String]) async throws -> [String] {
        var plan = try SameSettingsTests.plan(name)
        let last = try #require(plan.phases.lastIndex { phases.contains($0.name) })
        plan.phases = Array(plan.phases[...last])
        let record = await ScenarioRun(plan: plan, options: ScenarioRun.Options()).execute()
        #expect(record.failure == nil && record.missing.isEmpty, "\(name): \(record.failure ?? "")")

        let dump = try SettingsDump()
        let folder = dump.directory
        try NewFile.create("\(folder)/lab.sh", with: ScriptText.render(plan))
        try NewFile.create("\(folder)/measure.sh", with: ExternalTraffic.measure)
        try NewFile.create("\(folder)/traffic.py", with: ExternalTraffic.program)
        for phase in plan.phases {
            try NewFile.create("\(folder)/\(phase.name).json", with: ExternalTraffic.json(phase.flows))
        }
        var command = ChildCommand(
            "bash", ["\(folder)/lab.sh", "all", "bash", "\(folder)/measure.sh", folder] + phases,
            timeout: .seconds(120))
        command.environment["LAB"] = "i\(getpid())-\(name)"
        let outcome = try await ChildProcess.run(command)
        #expect(outcome.isSuccess, "\(name): \(outcome.summary): \(outcome.standardError.text)")

        var differences: [String] = []
        for phase in record.phases where phases.contains(phase.name) {
            let isHeld = beforeTheEnd.contains(name)
            let tools = Tools(folder: folder, phase: phase.name, end: isHeld ? "held" : "after")
            for node in plan.phases[0].state.nodes {
                differences += try tools.counterDifferences(phase, node.name)
                for interface in node.interfaces {
                    differences += try tools.linkDifferences(phase, node.name, interface.name)
                }
                differences += try tools.queueDifferences(phase, node.name)
            }
        }
        try await dump.remove()
        return differences.map { "\(name), \($0)" }
    }
}

/// What nstat, `ip -s link` and ss said in one phase, against the record of netlab's run.
private struct Tools {
    let folder: String
    let phase: String
    /// Up to when counters are compared: `held`, with the sockets open, or `after`.
    let end: String

    /// Moved by one when an acknowledgement came 40 ms late instead of with the answer: a matter of scheduling.
    private static let acknowledgements: Set<String> = [
        "Ip.InReceives", "Ip.InDelivers", "Ip.OutRequests", "Ip.OutTransmits", "Ip.ForwDatagrams",
        "IpExt.InNoECTPkts",
        "Tcp.InSegs", "Tcp.OutSegs", "TcpExt.TCPPureAcks", "TcpExt.DelayedACKs", "TcpExt.TCPHPAcks",
    ]

    private func read(_ name: String) throws -> JSONValue {
        try JSONValue(parsing: TextFile.read("\(folder)/\(phase).\(name)"))
    }

    func counterDifferences(_ record: PhaseRecord, _ node: String) throws -> [String] {
        let before = try read("before.\(node).nstat")["kernel"]
        let after = try read("\(end).\(node).nstat")["kernel"]
        var deltas: [(id: String, netlab: Int64, tools: Int64)] = []
        for (id, value) in readings(record)[node] ?? [:] {
            guard let counter = CounterID(id), counter.family.isMIB, !counter.isGauge else { continue }
            let key = id.replacing(".", with: "")
            guard let now = after?[key]?.int else { continue }
            deltas.append(
                (
                    id, value - (record.before.readings[node]?[id] ?? 0),
                    Int64(now - (before?[key]?.int ?? 0))
                ))
        }
        let total = deltas.count { $0.netlab != 0 }
        let late = lateAcknowledgements(record)
        var differences: [String] = []
        for delta in deltas.sorted(by: { $0.id < $1.id }) where delta.netlab != delta.tools {
            let gap = abs(delta.netlab - delta.tools)
            if Self.acknowledgements.contains(delta.id), gap <= late { continue }
            if delta.id.hasSuffix("Octets"), gap <= late * 60 { continue }
            differences.append(
                "\(phase), \(node): \(delta.id) rose by \(delta.netlab), with the tools by \(delta.tools)")
        }
        if deltas.isEmpty { differences.append("\(phase), \(node): nothing was compared (\(total))") }
        return differences
    }

    private func readings(_ record: PhaseRecord) -> [String: [String: Int64]] {
        (end == "held" ? record.held : record.after).readings
    }

    /// In all nodes together, on either side.
    private func lateAcknowledgements(_ record: PhaseRecord) -> Int64 {
        let seen = readings(record)
        return seen.keys.filter { !$0.contains("/") }.reduce(0) { sum, node in
            let own =
                (seen[node]?["TcpExt.DelayedACKs"] ?? 0)
                - (record.before.readings[node]?["TcpExt.DelayedACKs"] ?? 0)
            let key = "TcpExtDelayedACKs"
            let before = (try? read("before.\(node).nstat"))?["kernel"]?[key]?.int ?? 0
            let after = (try? read("\(end).\(node).nstat"))?["kernel"]?[key]?.int ?? 0
            return sum + abs(own - Int64(after - before))
        }
    }

    /// Drops only: neighbours are resolved before the one run, and in the other.
    func linkDifferences(_ record: PhaseRecord, _ node: String, _ interface: String) throws -> [String] {
        func drops(_ when: String) throws -> [String: Int64] {
            let links = try read("\(when).\(node).link").array ?? []
            let statistics = links.first { $0["ifname"]?.string == interface }?["stats64"]
            return [
                "link:rx_dropped": Int64(statistics?["rx"]?["dropped"]?.int ?? -1),
                "link:tx_dropped": Int64(statistics?["tx"]?["dropped"]?.int ?? -1),
            ]
        }
        let (before, after) = try (drops("before"), drops("after"))
        return after.keys.sorted().compactMap { id in
            let place = "\(node)/\(interface)"
            let own =
                (record.after.readings[place]?[id] ?? 0) - (record.before.readings[place]?[id] ?? 0)
            let others = (after[id] ?? 0) - (before[id] ?? 0)
            // Repetitions into a link that swallows them depend on the time-out alone; one more or less is chance.
            return abs(own - others) <= own / 10
                ? nil : "\(phase), \(place): \(id) rose by \(own), with ip -s by \(others)"
        }
    }

    /// Recv-Q and Send-Q of listening sockets while all connections were open.
    func queueDifferences(_ record: PhaseRecord, _ node: String) throws -> [String] {
        guard let lines = try read("outcome")["queues"]?[node]?.string else { return [] }
        var differences: [String] = []
        for line in lines.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            guard words.count >= 4, let port = words[3].split(separator: ":").last else { continue }
            for (name, word) in [("recv_q", words[1]), ("send_q", words[2])] {
                let own = record.held.readings[node]?["listen:\(port) \(name)"]
                if own.map(String.init) != word {
                    differences.append(
                        "\(phase), \(node): listen:\(port) \(name) is \(own ?? -1), with ss \(word)")
                }
            }
        }
        return differences
    }
}
