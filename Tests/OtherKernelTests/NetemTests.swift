import Foundation
import KernelTestSupport
import LinuxSystem
import NetlabModel
import Testing

/// netem on Debian's kernels: what is asked for, what the kernel says that it holds, and what it does.
@Suite(.needsRoot, .needsBothKernels, .serialized) struct NetemTests {
    /// Phases whose link needs netem; a rate that is alone does without.
    private static let phasesWithNetem: Set = [
        "loss", "same-loss", "gilbert-elliott", "markov", "delay", "uniform", "correlated", "normal",
        "pareto", "paretonormal", "reorder", "duplicate", "corrupt", "rate", "limit", "slot", "tcp-loss",
        "tcp-duplicate", "tcp-reorder", "own-device", "clean-device",
    ]

    private static func run(
        _ driver: String, on kernel: String, hasNetem: Bool
    ) async throws -> NetlabProgram.Run {
        let file = FileManager.default.temporaryDirectory
            .appending(path: "netlab-netem-\(UUID().uuidString).yaml")
        try Data(NetemScenario.text(hasNetem: hasNetem).utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try await NetlabProgram.run(
            [file.path, "--driver", driver, "--kernel", kernel, "--virtual-time"])
    }

    @Test func everyImpairmentDoesWhatItIsToldOnTheOlderKernel() async throws {
        let run = try await Self.run("kernel", on: FetchedKernel.old, hasNetem: true)
        #expect(run.passed, "\(run.complaints)")
        let told =
            "netem holds all that it was told; this kernel takes no seed, and loses other packets each time"
        Self.expect(run.record, told)
    }

    /// The same impairments by netem and by the wire, in machines of one kernel: every bound holds with both, the same counters
    /// move, and latencies are the same.
    @Test func everyImpairmentDoesTheSameOnTheNewerKernelAndOnTheWire() async throws {
        let netem = try await Self.run("kernel", on: FetchedKernel.new, hasNetem: true)
        #expect(netem.passed, "\(netem.complaints)")
        Self.expect(netem.record, "netem holds all that it was told, with its seed")
        let wire = try await Self.run("wire", on: FetchedKernel.new, hasNetem: false)
        #expect(wire.passed, "\(wire.complaints)")
        #expect(wire.record.phases.count > Self.phasesWithNetem.count)
        for phase in wire.record.phases {
            let other = try #require(netem.record.phases.first { $0.name == phase.name })
            #expect(phase.drivers["cable"]?.hasPrefix("wire") == true, "\(phase.drivers)")
            #expect(Self.moved(in: phase) == Self.moved(in: other), "\(phase.name)")
            Self.expectSameLatencies(phase, other)
        }
    }

    /// The catalogue's scenarios of which the kernel driver can do everything; the others choose packets by number, or the wire.
    @Test(arguments: FetchedKernel.all)
    func scenariosOfTheCatalogueHoldWithTheKernelDriver(kernel: String) async throws {
        for name in ["loss-2pct", "iptables-drop-30", "three-faults"] {
            let run = try await NetlabProgram.run(
                [name, "--driver", "kernel", "--kernel", kernel, "--virtual-time"])
            #expect(run.passed, "\(name) on \(kernel): \(run.complaints)")
            #expect(run.record.host.kernel.hasPrefix(kernel == FetchedKernel.old ? "6.1." : "6.12."))
        }
    }

    private static func expect(_ record: RunRecord, _ told: String) {
        #expect(Set(record.phases.map(\.name)).isSuperset(of: phasesWithNetem))
        for phase in record.phases {
            let driver = phase.drivers["cable"] ?? ""
            #expect(driver.hasPrefix("kernel: "))
            #expect(
                driver.hasSuffix(told) == phasesWithNetem.contains(phase.name), "\(phase.name): \(driver)")
        }
    }

    /// Which of the counters that tell impairments apart have moved in a phase.
    private static func moved(in phase: PhaseRecord) -> Set<String> {
        let telling = [
            ("client", "Tcp.RetransSegs"), ("client", "TcpExt.TCPDSACKRecv"),
            ("server", "TcpExt.TCPOFOQueue"),
            ("server", "TcpExt.TCPDSACKOldSent"), ("server", "Udp.InCsumErrors"),
            ("client", "Ip.OutDiscards"),
            ("server", "Udp.RcvbufErrors"), ("server", "Icmp.OutMsgs"),
        ]
        var moved = Set(
            telling.filter { node, counter in
                phase.delta(of: counter, at: node) > 0
            }.map { "\($0) \($1)" })
        for figure in ["lost", "duplicated", "reordered"] {
            let value = phase.flows["many"]?.values[figure] ?? 0
            if value > 0 { moved.insert("many \(figure)") }
        }
        return moved
    }

    /// The least and the half of all. The first few packets wait for a sender that is just being started. Where packets queue the least
    /// says nothing: it is that of the burst, part of which may have been spent before.
    private static func expectSameLatencies(_ one: PhaseRecord, _ other: PhaseRecord) {
        let isQueue = ["bucket", "rate"].contains(one.name)
        for figure in isQueue ? ["delay.p50"] : ["delay.min", "delay.p50"] {
            guard let left = one.flows["many"]?.values[figure],
                let right = other.flows["many"]?.values[figure]
            else { continue }
            // Queues differ by how many packets were under way when they filled up.
            let slack = 4_000_000 + max(left, right) / 4
            #expect(abs(left - right) <= slack, "\(one.name) \(figure): \(left) and \(right)")
        }
    }
}

extension PhaseRecord {
    /// By how much a counter of a node rose.
    fileprivate func delta(of counter: String, at node: String) -> Int64 {
        (after.readings[node]?[counter] ?? 0) - (before.readings[node]?[counter] ?? 0)
    }
}
