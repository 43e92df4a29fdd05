import KernelTestSupport
import LinuxSystem
import NetlabCatalogue
import NetlabModel
import NetlabRunner
import NetlabScenario
import Testing

/// Scenarios that this host cannot run are proved in virtual machines: they pass as written, and each of their fault phases fails
/// with its fault withheld. (The others are proved on the host, in CatalogueTests.)
@Suite(.needsRoot, .needsBothKernels, .serialized) struct CatalogueProofTests {
    /// A scenario and what its machines need. Those that take long come first.
    struct Guest: Sendable {
        var scenario: String
        var arguments: [String]
    }

    /// Emulated processors are slow and wait for their turn, hence virtual time, except where two are needed.
    static let guests: [Guest] = [
        Guest(scenario: "keepalive-default-timers", arguments: virtualTime),
        Guest(scenario: "netdev-backlog-rps", arguments: ["--kernel", FetchedKernel.new]),
        Guest(scenario: "arp-default-timers", arguments: virtualTime),
        Guest(scenario: "persist-default-timers", arguments: virtualTime),
        Guest(scenario: "close-default-timers", arguments: virtualTime),
        Guest(scenario: "rto-default-timers", arguments: virtualTime),
        Guest(scenario: "conntrack-default-timers", arguments: virtualTime),
        Guest(scenario: "syn-default-timers", arguments: virtualTime),
        Guest(scenario: "conntrack-full", arguments: virtualTime),
        Guest(scenario: "netdev-backlog-overflow", arguments: virtualTime),
    ]

    private static let virtualTime = ["--virtual-time", "--kernel", FetchedKernel.new]

    /// As in CatalogueTests: what it runs and proves, or has proved by what another kernel once recorded.
    static func isProvedHere(_ name: String) throws -> Bool {
        let text = try #require(Catalogue.text(of: name))
        let (parsed, _) = ScenarioParser.parse(
            ScenarioSource(name: name, path: "builtin:\(name)", text: text))
        var options = ScenarioRun.Options()
        options.allowsExec = true
        return Preflight(options: options).missing(for: try #require(parsed)).isEmpty
    }

    /// Nobody can add a scenario that is proved nowhere, and none is proved twice.
    @Test func everyScenarioIsProvedInOnePlace() throws {
        let all = Catalogue.scenarios.map(\.name)
        let here = try all.filter(Self.isProvedHere)
        #expect((here + Self.guests.map(\.scenario)).sorted() == all.sorted())
    }

    @Test func faultsAreMissedInVirtualMachines() async throws {
        // Two machines at once, as an emulated processor takes a whole one of the host's.
        let machines = min(2, KernelTests.host.processors)
        await withTaskGroup(of: Void.self) { group in
            for (index, guest) in Self.guests.enumerated() {
                if index >= machines { await group.next() }
                group.addTask { await Self.prove(guest) }
            }
        }
    }

    private static func prove(_ guest: Guest) async {
        do {
            let arguments = [guest.scenario, "--vm-limit", "900"] + guest.arguments
            var (proofs, outcome) = try await NetlabProgram.prove(arguments)
            // A machine that did not come to its end says nothing of the scenario; and with two processors there is no virtual
            // time, so that a busy host may spoil a run. Either is told.
            if outcome.termination != .exited(0),
                proofs.contains(where: { $0.outcome == .inconclusive })
                    || !guest.arguments.contains("--virtual-time")
            {
                print("flaky: \(guest.scenario) needed a second try: \(proofs.map(\.cause))")
                (proofs, outcome) = try await NetlabProgram.prove(arguments)
            }
            #expect(
                outcome.termination == .exited(0),
                "\(guest.scenario): \(proofs.map(\.cause)) \(outcome.standardError.text.suffix(2000))")
            #expect(try proofs.map(\.phase) == faultPhases(of: guest.scenario), "\(guest.scenario)")
            for proof in proofs {
                #expect(proof.outcome == .passed, "\(guest.scenario): \(proof.cause)")
                #expect(proof.expectations.contains { $0.discriminates }, "\(guest.scenario) \(proof.phase)")
            }
        } catch {
            Issue.record("\(guest.scenario): \(error)")
        }
    }

    private static func faultPhases(of name: String) throws -> [String] {
        let text = try #require(Catalogue.text(of: name))
        let (plan, _) = ScenarioParser.parse(
            ScenarioSource(name: name, path: "builtin:\(name)", text: text))
        return try #require(plan).phases.filter { $0.role == .fault }.map(\.name)
    }
}
