import KernelTestSupport
import LinuxSystem
import NetlabModel
import NetlabRunner
import NetlabScenario
import NetlabVerdict
import Testing

/// The books of impaired links: everything that went in is accounted for, in packets and in bytes.
@Suite(.needsRoot, .leavesNothingBehind) struct LinkBooksTests {
    static func books(
        impair: String, driver: String, server: String = "{ eth0: 10.0.0.2/24 }", steps: String = ""
    ) async throws -> (books: [BookEntry], verdict: Verdict) {
        let text = """
            title: Books
            nodes:
              client: { interfaces: { eth0: 10.0.0.1/24 } }
              server: { interfaces: \(server) }
            links: [{ name: cable, ends: [client/eth0, server/eth0], driver: \(driver), seed: 3, impair: { \(impair) } }]
            traffic:
              small: { kind: udp-stream, from: client, to: "server:9", count: 200, size: 60 B }
              large: { kind: udp-stream, from: client, to: "server:10", count: 100, size: 900 B, after: small }
              web: { kind: tcp-request, from: client, to: "server:80", count: 4, request: 20 B, timeout: 2 s, after: large }
            phases:
              - { name: control, expect: [small.sent == 200]\(steps) }

            """
        let source = ScenarioSource(name: "books", path: "books.yaml", text: text)
        let (parsed, diagnostics) = ScenarioParser.parse(source)
        let plan = try #require(parsed, "\(diagnostics.map(\.message))")
        let record = await ScenarioRun(plan: plan, options: ScenarioRun.Options()).execute()
        #expect(record.failure == nil && record.missing == [], "\(record.failure ?? "") \(record.missing)")
        let verdict = Judge.judge(record, plan: plan)
        return (verdict.phases.flatMap(\.books).filter { $0.scope == .link }, verdict)
    }

    @Test(arguments: [
        ("nothing: { match: icmp, drop: all }", "kernel"),
        ("lossy: { match: ip, loss: 20% }, third: { from: client, match: udp, drop: every 3 }", "kernel"),
        ("slow: { rate: { rate: 10 mbit, limit: 5 } }", "kernel"),
        ("nothing: { match: icmp, drop: all }", "wire"),
        (
            "lossy: { loss: 20% }, twice: { duplicate: 10% }, broken: { match: udp, corrupt: 5% }, far: { delay: 3 ms }",
            "wire"
        ),
        ("slow: { match: udp, rate: { rate: 10 mbit, limit: 5 } }, short: { limit: 3 }", "wire"),
        (
            "slots: { slot: { minimum: 1 ms, maximum: 3 ms } }, late: { match: udp, hold: { packets: every 7, until: 3 } }",
            "wire"
        ),
    ])
    func everyPacketIsAccountedFor(impair: String, driver: String) async throws {
        let books = try await Self.books(impair: impair, driver: driver).books
        #expect(
            books.map(\.place) == ["cable: client/eth0 → server/eth0", "cable: server/eth0 → client/eth0"])
        for entry in books {
            #expect(entry.unexplained == 0, "\(entry)")
            #expect(entry.bytes?.unexplained == 0, "\(entry)")
            #expect(entry.inFlight >= 0)
            #expect(
                entry.dropped.reduce(0) { $0 + $1.count } == entry.sent + entry.copied - entry.arrived
                    - entry.inFlight)
        }
        // 200 of 102 bytes and 100 of 942 bytes at least went in.
        let there = try #require(books.first)
        #expect(there.sent >= 300)
        #expect(there.bytes.map { $0.sent >= 200 * 102 + 100 * 942 } == true)
    }

    @Test func whatTheFarEndRefusesIsADropOfItsOwn() async throws {
        let books = try await Self.books(
            impair: "nothing: { match: icmp, drop: all }", driver: "kernel",
            server: "{ eth0: { address: 10.0.0.2/24, mtu: 400 } }"
        ).books
        let there = try #require(books.first)
        let refused = try #require(there.dropped.first { $0.counter == "link:rx_dropped" })
        #expect(refused.place == "server/eth0")
        #expect(refused.count == 100)
        #expect(there.unexplained == 0)
        #expect(there.bytes?.dropped == Int64(94_200))
    }

    @Test(arguments: ["kernel", "wire"])
    func anImpairmentThatAStepRemovesKeepsItsCounter(driver: String) async throws {
        let (books, verdict) = try await Self.books(
            impair: "lossy: { match: udp, drop: every 2 }", driver: driver,
            steps: ", at: [{ after: 60 ms, set: { cable: { impair: { lossy: null } } } }]")
        let there = try #require(books.first)
        let dropped = try #require(there.dropped.first { $0.counter == "impair:lossy" })
        #expect(dropped.count > 0)
        #expect(there.unexplained == 0)
        #expect(verdict.phases[0].causes == [])
    }

    /// Nobody is at the far end, or somebody leaves while packets are on their way to it.
    @Test(arguments: ["kernel", "wire"], ["carrier", "up"])
    func whatNobodyIsThereToTakeIsAccountedFor(driver: String, setting: String) async throws {
        let text = """
            title: Books of an end that is away
            nodes:
              client: { interfaces: { eth0: 10.0.0.1/24 } }
              server: { interfaces: { eth0: 10.0.0.2/24 } }
            links:
              - name: cable
                ends: [client/eth0, server/eth0]
                driver: \(driver)
                seed: 3
                impair: { slow: { from: client/eth0, rate: { rate: 100 kbit, limit: 60 } } }
            traffic:
              there: { kind: udp-stream, from: client, to: "server:9", count: 40, size: 900 B }
              back: { kind: udp-stream, from: server, to: "client:9", count: 20, size: 60 B }
            phases:
              - { name: control, expect: [there.sent == 40] }
              - name: fault
                at: [{ after: 60 ms, set: { server/eth0: { \(setting): false } } }]
                expect: [there.sent == 40]
              - { name: gone, expect: [there.sent == 40] }
              - name: recovery
                set: { server/eth0: { \(setting): true }, cable: { impair: { slow: null } } }
                expect: [there.sent == 40]

            """
        let source = ScenarioSource(name: "gone", path: "gone.yaml", text: text)
        let (parsed, diagnostics) = ScenarioParser.parse(source)
        let plan = try #require(parsed, "\(diagnostics.map(\.message))")
        let record = await ScenarioRun(plan: plan, options: ScenarioRun.Options()).execute()
        #expect(record.failure == nil && record.missing == [], "\(record.failure ?? "") \(record.missing)")
        let phases = Judge.judge(record, plan: plan).phases
        for phase in phases {
            for entry in phase.books where entry.scope == .link {
                #expect(entry.unexplained == 0, "\(phase.name): \(entry)")
                #expect(entry.bytes?.unexplained == 0, "\(phase.name): \(entry)")
            }
        }
        let there = phases.map { phase in phase.books.first { $0.place == "cable: client/eth0 → server/eth0" }
        }
        // 40 packets take three seconds.
        let counter = setting == "carrier" ? "unplugged" : "device"
        let lost = try #require(there[1]?.dropped)
        // What waits in a qdisc goes with the device behind it, or is refused by the far end until it does.
        let names = [counter, "stopped", "link:rx_dropped"]
        #expect(lost.contains { names.contains($0.counter) }, "\(lost)")
        #expect(try #require(there[2]).arrived == 0)
        #expect(try #require(there[2]).sent >= 40)
        #expect(there[2]?.dropped.contains { $0.counter == counter } == true, "\(there[2]?.dropped ?? [])")
        #expect(try #require(there[3]).arrived >= 40)
        #expect(there[3]?.dropped.contains { $0.counter == counter } == false, "\(there[3]?.dropped ?? [])")
    }

    @Test func aSwitchKeepsOneAccount() async throws {
        let text = """
            title: Books of a switch
            nodes:
              a: { interfaces: { eth0: 10.0.0.1/24 } }
              b: { interfaces: { eth0: 10.0.0.2/24 } }
              c: { interfaces: { eth0: { address: 10.0.0.3/24, mtu: 400 } } }
            links: [{ name: hub, ends: [a/eth0, b/eth0, c/eth0] }]
            traffic:
              ping: { kind: ping, from: a, to: b, count: 3 }
              large: { kind: udp-stream, from: a, to: "c:9", count: 50, size: 900 B, after: ping }
            phases:
              - { name: control, expect: [ping.received == 3, large.sent == 50] }

            """
        let source = ScenarioSource(name: "hub", path: "hub.yaml", text: text)
        let (parsed, diagnostics) = ScenarioParser.parse(source)
        let plan = try #require(parsed, "\(diagnostics.map(\.message))")
        let record = await ScenarioRun(plan: plan, options: ScenarioRun.Options()).execute()
        let verdict = Judge.judge(record, plan: plan)
        #expect(
            verdict.outcome == .passed,
            "\(verdict.causes) \(verdict.phases[0].causes) \(verdict.phases[0].expectations)")
        let entry = try #require(verdict.phases[0].books.first { $0.place == "hub" })
        #expect(entry.dropped.map(\.place) == ["c/eth0"])
        #expect(entry.dropped.map(\.count) == [50])
        // ARP requests go to all.
        #expect(entry.copied >= 2)
        #expect(entry.unexplained == 0)
    }
}
