import Glibc
import KernelTestSupport
import LinuxSystem
import NetlabModel
import NetlabScenario
import NetlabVerdict
import Testing

@testable import NetlabProbe
@testable import NetlabRunner

/// What a run leaves in its record when things do not go as planned.
@Suite(.needsRoot, .leavesNothingBehind, .serialized) struct ScenarioRunTests {
    private static let twoNodes = """
        title: Two nodes
        nodes:
          client: { interfaces: { eth0: 10.0.0.1/24 } }
          server: { interfaces: { eth0: 10.0.0.2/24 } }
        links: [[client/eth0, server/eth0]]
        traffic:
          web: { kind: tcp-request, from: client, to: "server:80", count: 1, timeout: 1 s }

        """

    private static func plan(_ phases: String, in lab: String = twoNodes) throws -> Plan {
        let source = ScenarioSource(name: "run-test", path: "run-test.yaml", text: lab + phases)
        let (plan, diagnostics) = ScenarioParser.parse(source)
        return try #require(plan, "\(diagnostics.map(\.message))")
    }

    private static func run(_ plan: Plan) async -> RunRecord {
        await ScenarioRun(plan: plan, options: ScenarioRun.Options()).execute()
    }

    @Test func aFailedExpectationFailsTheRunAndEverythingIsTakenDown() async throws {
        let plan = try Self.plan("phases: [{ name: control, expect: [web.succeeded == 2] }]")
        let record = await Self.run(plan)
        #expect(record.leaks == [])
        #expect(record.failure == nil)
        let verdict = Judge.judge(record, plan: plan)
        #expect(verdict.outcome == .failed)
        #expect(verdict.phases[0].expectations[0].finding == "is 1, wanted 2")
    }

    @Test func theKernelsLogTellsOfASYNFlood() async throws {
        let lab = """
            title: Flood
            nodes:
              server: { interfaces: { eth0: 10.0.0.1/24 } }
              client: { interfaces: { eth0: 10.0.0.2/24 } }
            links: [[server/eth0, client/eth0]]
            traffic:
              flood: { kind: tcp-connect, from: client, to: "server:80", count: 12, concurrency: 12, timeout: 300 ms, server: { backlog: 64 } }

            """
        let plan = try Self.plan(
            """
            phases:
              - { name: control, expect: [flood.connected == 12, server log:syn-flooding stays] }
              - name: fault
                set:
                  client: { firewall: { deaf: "input tcp flags & (syn | ack) == (syn | ack) drop" } }
                  flood: { server: { backlog: 4 } }
                expect: [server log:syn-flooding rises by at least 1]
            """, in: lab)
        let verdict = Judge.judge(await Self.run(plan), plan: plan)
        #expect(verdict.phases.last?.outcome == .passed, "\(verdict.phases.map(\.expectations))")
    }

    @Test func aRefusedChangeMakesTheRunInconclusiveWithTheKernelsWords() async throws {
        let plan = try Self.plan(
            """
            phases:
              - { name: control, expect: [web.succeeded == 1] }
              - name: fault
                set: { client: { sysctl: { net.ipv4.tcp_syn_retries: 9999 } } }
                expect: [web.succeeded == 0]
            """)
        let record = await Self.run(plan)
        #expect(record.phases.map(\.name) == ["control", "fault"])
        #expect(record.failure?.contains("net.ipv4.tcp_syn_retries") == true)
        #expect(record.failure?.contains("EINVAL") == true)
        #expect(record.leaks == [])
        #expect(Judge.judge(record, plan: plan).outcome == .inconclusive)
    }

    @Test func anInterruptedRunIsInconclusiveAndTakenDown() async throws {
        let plan = try Self.plan(
            """
            phases:
              - name: control
                set: { web: { server: { accept: never }, timeout: 20 s } }
                expect: [web.succeeded == 1]
            """)
        let start = ContinuousClock.now
        let record = await SuiteRun.limited(
            ScenarioRun(plan: plan, options: ScenarioRun.Options()), to: .milliseconds(500))
        #expect(ContinuousClock.now - start < .seconds(15))
        #expect(record.interruption == "it took longer than the limit of 500 ms")
        #expect(record.leaks == [])
        #expect(Judge.judge(record, plan: plan).outcome == .inconclusive)
        expectAllThreadsHome()
    }

    @Test func aMissingNeedTouchesNothing() async throws {
        let plan = try Self.plan(
            """
            requires: { kernel: "< 2.6" }
            phases: [{ name: control, expect: [web.succeeded == 1] }]
            """)
        let record = await Self.run(plan)
        #expect(record.phases.isEmpty)
        #expect(record.missing.map(\.need) == ["a kernel before 2.6"])
        #expect(Judge.judge(record, plan: plan).outcome == .unsupported)
    }

    @Test func idleNodesMoveNothing() async throws {
        let plan = try Self.plan(
            """
            phases:
              - name: control
                traffic: []
                expect: [client Ip.InReceives stays, server Ip.InReceives stays]
            """)
        let record = await Self.run(plan)
        let phase = try #require(record.phases.first)
        for (subject, before) in phase.before.readings {
            for (id, value) in before where CounterID(id)?.isHostWide == false {
                #expect(phase.after.readings[subject]?[id] == value, "\(subject) \(id)")
            }
        }
    }

    /// What issues ask of a run: every packet that was lost has its place and its reason, one by one.
    @Test func everyDroppedPacketOfACaptureHasItsPlaceAndReason() async throws {
        let plan = try Self.plan(
            """
            phases:
              - { name: control, expect: [web.succeeded == 1] }
              - name: fault
                set: { server: { firewall: { closed: { hook: input, match: "tcp dport 80", do: drop } } } }
                expect: [web.succeeded == 0]
              - name: again
                fresh: true
                set: { server/eth0: { mtu: 100 } }
                expect: [web.succeeded == 0]
            """)
        let file = "/tmp/netlab-run-\(getpid())-\(UInt32.random(in: 0...UInt32.max)).pcapng"
        defer { unlink(file) }
        var options = ScenarioRun.Options()
        options.capture = file
        let record = await ScenarioRun(plan: plan, options: options).execute()
        #expect(record.failure == nil)
        #expect(record.leaks == [])
        #expect(record.capture?.contains("none missing") == true)
        let packets = try #require(record.packets)
        #expect(packets.map(\.at) == packets.map(\.at).sorted())
        for phase in record.phases {
            let span = phase.before.takenAt...phase.after.takenAt
            let here = packets.filter { span.contains($0.at) }
            // Counted by the kernel, and told one by one.
            let counted = phase.drops.filter { $0.reason != "QUEUE_PURGE" }.reduce(0) { $0 + $1.count }
            #expect(Int64(here.flatMap(\.drops).count) == counted, "\(phase.name)")
            // What did not come out at the other end has a reason, too.
            #expect(here.allSatisfy { !$0.arrivals.isEmpty || !$0.drops.isEmpty }, "\(phase.name)")
        }
        let fault = try #require(record.phases.first { $0.name == "fault" })
        #expect(fault.drops.contains { $0.reason == "NETFILTER_DROP" && $0.count >= 1 })
        let sockets = record.phases.flatMap { $0.sockets ?? [] }
        #expect(
            sockets.contains { $0.node == "server" && $0.state == "LISTEN" && $0.local.hasSuffix(":80") })
    }

    @Test func withoutBPFDropsAreThoseOfTheWholeMachineAndNothingIsJudgedByThem() async throws {
        let plan = try Self.plan(
            """
            phases:
              - name: control
                set: { server: { firewall: { closed: { hook: input, match: "tcp dport 80", do: drop } } } }
                expect: [server drop:NETFILTER_DROP rises]
            """)
        var options = ScenarioRun.Options()
        let refusal = DropCounterError(.notPermitted, SystemError("load the program", errno: EPERM))
        options.dropCounter = { .failure(refusal) }
        let record = await ScenarioRun(plan: plan, options: options).execute()
        #expect(record.failure == nil)
        let phase = try #require(record.phases.first)
        let drops = try #require(phase.machineDrops)
        #expect(drops.contains { $0.reason == "NETFILTER_DROP" && $0.count >= 1 })
        #expect(drops.allSatisfy { $0.node == "(whole machine)" })
        #expect(phase.drops == [])
        #expect(phase.after.unsupported["drop"]?.contains("the whole machine are told besides") == true)
        #expect(Judge.judge(record, plan: plan).phases[0].expectations[0].outcome == .unsupported)
    }

    @Test func dropsThatCouldNotBeCountedAreToldInTheirPhase() async throws {
        let plan = try Self.plan(
            "phases: [{ name: control, expect: [web.succeeded == 1, server drop:NO_SOCKET == 1] }]")
        let counter = try DropCounter()
        // The first program leaves the second of two packets that share a place, and the second is not run.
        let interrupting = Task {
            while !Task.isCancelled {
                for packet: UInt64 in [0x1_0000, 0x1_0000 + 256 * 1024] {
                    try counter.run(second: false, packet: packet)
                }
                try await Task.sleep(for: .milliseconds(2))
            }
        }
        defer { interrupting.cancel() }
        var options = ScenarioRun.Options()
        options.dropCounter = { .success(counter) }
        let record = await ScenarioRun(plan: plan, options: options).execute()
        let uncounted = try #require(record.phases.first?.uncountedDrops)
        #expect(uncounted >= 1)
        let verdict = Judge.judge(record, plan: plan).phases[0]
        #expect(verdict.expectations.map(\.outcome) == [.passed, .inconclusive])
    }

    @Test func countersOfTheWholeMachineAreNamedInTheRecord() async throws {
        let record = await Self.run(
            try Self.plan("phases: [{ name: control, expect: [web.succeeded == 1] }]"))
        let hostWide = try #require(record.hostWide)
        #expect(hostWide.contains("softnet:processed"))
        #expect(hostWide.allSatisfy { CounterID($0)?.isHostWide == true })
        #expect(!hostWide.contains("TcpExt.ListenDrops"))
    }
}
