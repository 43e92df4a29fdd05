import KernelTestSupport
import Testing

@testable import LinuxSystem

/// Which iptables takes a line that names none.
@Suite struct IptablesChoiceTests {
    @Test func theFirstThatWorksIsTakenAndSaysWhyNotTheOneBefore() async throws {
        let usual = try await Iptables.choose(.ipv4, among: [.nft, .legacy]) { _ in .takes }
        #expect(usual == Iptables.Choice(backend: .nft))
        let other = try await Iptables.choose(.ipv4, among: [.nft, .legacy]) {
            $0 == .nft ? .refuses("no nf_tables") : .takes
        }
        #expect(other == Iptables.Choice(backend: .legacy, reason: "no nf_tables"))
        await #expect(throws: Iptables.NoChoice(family: .ipv6, refusals: ["nf_tables", "legacy"])) {
            try await Iptables.choose(.ipv6, among: [.nft, .legacy]) { .refuses($0.rawValue) }
        }
    }

    @Test func kernelWithoutCommentsIsNoReasonToRefuse() async throws {
        let choice = try await Iptables.choose(.ipv4, among: [.nft, .legacy]) {
            $0 == .nft ? .refuses("no nf_tables") : .withoutComments
        }
        #expect(
            choice == Iptables.Choice(backend: .legacy, reason: "no nf_tables", takesComments: false))
    }

    @Test(.needsRoot, .needsProgram("iptables"), arguments: [Iptables.Family.ipv4, .ipv6])
    func thisKernelTakesComments(family: Iptables.Family) async throws {
        let choice = try await Iptables.choose(family, tables: ["filter"])
        let program = try await Iptables.find(family, backend: choice.backend, in: .home)
        #expect(await program.takesComments(in: "filter") == choice.takesComments)
        #expect(choice.takesComments == true)
        // What nothing can be found out about is left to the program's own words.
        #expect(await program.takesComments(in: "no-such-table"))
    }

    @Test(.needsRoot, .needsProgram("iptables"), arguments: [Iptables.Family.ipv4, .ipv6])
    func whatTheMachineHasIsTriedOut(family: Iptables.Family) async throws {
        let usual = try await Iptables.find(family, in: .home)
        let choice = try await Iptables.choose(family, tables: ["filter", "raw"])
        // Either the machine's own, or there is a reason against that.
        #expect((choice.backend == usual.backend) == (choice.reason == nil))
        await #expect {
            try await Iptables.choose(family, tables: ["filter", "no-such-table"])
        } throws: {
            "\($0)".contains("(legacy): ") && "\($0)".contains("(nf_tables): ")
        }
    }
}
