import NetlabModel
import Testing

@testable import NetlabVerdict

@Suite("An impairment must prove that it happened")
struct FiredCheckTests {
    static let green = CauseTests.green

    static func impaired(_ impairment: Impairment, name: String = "loss") -> LabState {
        var link = Link(
            name: "wire",
            ends: [
                InterfaceID(node: "client", interface: "eth0"),
                InterfaceID(node: "server", interface: "eth0"),
            ])
        link.impairments = [NamedImpairment(name: name, from: nil, impairment: impairment)]
        return LabState(nodes: [Node(name: "client"), Node(name: "server")], links: [link])
    }

    static func firewalled(_ rules: [FirewallRule], iptables: [IptablesRule] = []) -> LabState {
        var server = Node(name: "server")
        server.firewall.rules = rules
        server.firewall.iptables = iptables
        return LabState(nodes: [Node(name: "client"), server])
    }

    static let lottery = FirewallRule(name: "lottery", hook: .input, match: "tcp dport 80", action: "drop")

    /// A run whose only phase has this state and these readings of link `wire` and node `server`.
    static func run(
        _ state: LabState, _ predicates: [Predicate] = green, wire: Int64? = nil, rule: Int64? = nil
    ) -> RunFixture {
        var fixture = RunFixture()
        fixture.add("fault", .fault, predicates, state: state)
        fixture.record.phases[0].before.readings["wire"] = ["impair:loss": 5]
        if let wire { fixture.record.phases[0].after.readings["wire"] = ["impair:loss": 5 + wire] }
        if let rule { fixture.record.phases[0].after.readings["server"]?["rule:lottery"] = rule }
        return fixture
    }

    @Test func impairmentThatFiredIsProved() {
        let fixture = Self.run(
            Self.impaired(.loss(.random(Probability(0.3), correlation: Probability(0)))), wire: 1)
        #expect(fixture.verdict.outcome == .passed)
    }

    @Test(arguments: [
        Impairment.loss(.random(Probability(0.3), correlation: Probability(0))),
        .delay(DelayModel(delay: .milliseconds(5))),
        .duplicate(Probability(0.1), correlation: Probability(0)),
        .limit(packets: 10), .pattern(PacketPattern(.drop, .numbers([3]))),
    ])
    func impairmentThatNeverFiredVoidsItsPhase(_ impairment: Impairment) {
        let fixture = Self.run(Self.impaired(impairment), wire: 0)
        #expect(fixture.verdict.outcome == .inconclusive)
        #expect(
            fixture.verdict.phases[0].causes == [
                "impairment loss of link wire never fired: wire impair:loss did not move"
            ])
    }

    @Test func impairmentWithoutACounterIsNotProved() {
        let fixture = Self.run(Self.impaired(.limit(packets: 1)))
        #expect(
            fixture.verdict.phases[0].causes == [
                "impairment loss of link wire cannot be proved to have fired: wire impair:loss was there before the "
                    + "traffic and is gone after it"
            ])
    }

    @Test func authorMaySayThatAnImpairmentRests() {
        let state = Self.impaired(.loss(.random(Probability(0.3), correlation: Probability(0))))
        let rests: [Predicate] = [
            .stays(counter("impair:loss", at: "wire")),
            .compare(counter("impair:loss", at: "wire"), .equal, number(0)),
        ]
        for predicate in rests {
            #expect(Self.run(state, [predicate], wire: 0).verdict.outcome == .passed)
        }
        let other = Predicate.stays(counter("impair:delay", at: "wire"))
        #expect(Self.run(state, [other], wire: 0).verdict.phases[0].causes.count == 1)
    }

    @Test func queueLimitOfAnEarlierPhaseNeedNotDrop() {
        var fixture = Self.run(Self.impaired(.limit(packets: 10)), wire: 1)
        fixture.add("recovery", .recovery, Self.green, state: Self.impaired(.limit(packets: 10)))
        fixture.record.phases[1].before.readings["wire"] = ["impair:loss": 6]
        fixture.record.phases[1].after.readings["wire"] = ["impair:loss": 6]
        #expect(fixture.verdict.outcome == .passed)
    }

    @Test func fatalRuleThatNeverMatchedVoidsItsPhase() {
        let fixture = Self.run(Self.firewalled([Self.lottery]), rule: 0)
        #expect(
            fixture.verdict.phases[0].causes == [
                "rule lottery of server never fired: server rule:lottery did not move"
            ])
        #expect(Self.run(Self.firewalled([Self.lottery]), rule: 3).verdict.outcome == .passed)
    }

    @Test func countingRuleNeedNotMatch() {
        var rule = Self.lottery
        rule.action = "count"
        #expect(Self.run(Self.firewalled([rule]), rule: 0).verdict.outcome == .passed)
    }

    @Test func ruleOfAnEarlierPhaseNeedNotMatchAgain() {
        var fixture = Self.run(Self.firewalled([Self.lottery]), rule: 3)
        fixture.add("recovery", .recovery, Self.green, state: Self.firewalled([Self.lottery]))
        fixture.record.phases[1].before.readings["server"]?["rule:lottery"] = 3
        fixture.record.phases[1].after.readings["server"]?["rule:lottery"] = 3
        #expect(fixture.verdict.outcome == .passed)
        // The same name with another match is another rule.
        var changed = Self.lottery
        changed.match = "tcp dport 81"
        fixture.phases[1].state = Self.firewalled([changed])
        #expect(fixture.verdict.phases[1].outcome == .inconclusive)
    }

    @Test(arguments: [("DROP", Outcome.inconclusive), ("REJECT", .inconclusive), ("ACCEPT", .passed)])
    func iptablesRuleIsFatalByItsTarget(target: String, outcome: Outcome) {
        let rule = IptablesRule(name: "lottery", arguments: ["-A", "INPUT", "-j", target])
        #expect(Self.run(Self.firewalled([], iptables: [rule]), rule: 0).verdict.outcome == outcome)
    }

    @Test func ruleOfATimedStepMustMatchToo() {
        var fixture = Self.run(RunFixture.twoNodes)
        fixture.phases[0].steps = [TimedStep(at: .seconds(1), state: Self.firewalled([Self.lottery]))]
        #expect(
            fixture.verdict.phases[0].causes == [
                "rule lottery of server cannot be proved to have fired: server has no rule named lottery"
            ])
    }

    @Test func withheldPhaseIsJudgedWithoutItsImpairment() {
        var fixture = Self.run(
            Self.firewalled([Self.lottery]),
            [.rises(counter("rule:lottery"), atLeast: number(1))])
        fixture.record.withheld = "fault"
        #expect(fixture.verdict.phases[0].causes == [])
        #expect(fixture.only?.outcome == .failed)
        #expect(fixture.only?.finding == "did not move, wanted at least 1")
    }
}

@Suite("Proof")
struct ProofTests {
    static func verdict(_ outcomes: [Outcome], causes: [String] = []) -> Verdict {
        let expectations = outcomes.enumerated().map {
            ExpectationVerdict(
                text: "expectation \($0 + 1)", because: nil, outcome: $1, finding: "", evidence: [])
        }
        let phase = PhaseVerdict(
            name: "fault", outcome: .merged(outcomes), causes: causes, expectations: expectations,
            unmentioned: [])
        return Verdict(outcome: .merged(outcomes), causes: [], phases: [phase])
    }

    @Test func scenarioThatFailsWithoutItsFaultIsProved() {
        let proof = Proof.compare(
            normal: Self.verdict([.passed, .passed, .passed]),
            withheld: Self.verdict([.passed, .failed, .failed]),
            phase: "fault")
        #expect(proof.outcome == .passed)
        #expect(proof.expectations.map(\.discriminates) == [false, true, true])
        #expect(
            proof.cause
                == "without its change phase fault fails, as it must; 2 of 3 expectations tell the two apart")
    }

    @Test func scenarioThatPassesWithoutItsFaultProvesNothing() {
        let green = Self.verdict([.passed, .passed])
        let proof = Proof.compare(normal: green, withheld: green, phase: "fault")
        #expect(proof.outcome == .failed)
        #expect(proof.cause == "phase fault passes without its change: its expectations prove nothing")
        #expect(proof.expectations.allSatisfy { !$0.discriminates })
    }

    @Test(arguments: [
        ([Outcome.inconclusive], [Outcome.failed], Outcome.inconclusive),
        ([.failed], [.failed], .failed),
        ([.passed], [.inconclusive], .inconclusive),
        ([.passed], [.unsupported], .unsupported),
    ])
    func nothingElseIsAProof(normal: [Outcome], withheld: [Outcome], outcome: Outcome) {
        let proof = Proof.compare(
            normal: Self.verdict(normal), withheld: Self.verdict(withheld), phase: "fault")
        #expect(proof.outcome == outcome)
    }

    @Test func openProofTellsWhatStoppedTheRun() {
        var withheld = Self.verdict([.inconclusive])
        withheld.causes = ["the virtual machine was still running after its limit"]
        let proof = Proof.compare(normal: Self.verdict([.passed]), withheld: withheld, phase: "fault")
        #expect(
            proof.cause == "phase fault is inconclusive without its change, so the proof is open: "
                + "the virtual machine was still running after its limit")
    }

    @Test func faultOfOtherKernelsIsNoProof() {
        let proof = Proof.withoutFault(phase: "fault", kernel: "6.18")
        #expect(proof.outcome == .unsupported)
        #expect(proof.cause.contains("other kernels than 6.18"))
    }

    @Test func phaseThatWasNotJudgedProvesNothing() {
        let proof = Proof.compare(
            normal: Self.verdict([.passed]), withheld: Self.verdict([.failed]), phase: "recovery")
        #expect(proof.outcome != .passed)
        #expect(proof.cause == "phase recovery was not judged in both runs")
    }
}
