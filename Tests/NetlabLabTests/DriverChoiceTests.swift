import NetlabModel
import Testing

@testable import NetlabLab

/// Which links the kernel driver takes, as far as it does not depend on netem being there.
@Suite struct DriverChoiceTests {
    @Test func whatTheKernelHoldsOtherwiseIsTold() throws {
        var link = Link(
            name: "cable",
            ends: [
                InterfaceID(node: "client", interface: "eth0"),
                InterfaceID(node: "server", interface: "eth0"),
            ])
        link.seed = 7
        link.impairments = [
            NamedImpairment(name: "far", from: nil, impairment: .delay(DelayModel(delay: .milliseconds(1))))
        ]
        let queue = try #require(MiddleQueue(link, towards: 1))
        guard case .netem(var told) = queue.kind else {
            Issue.record("\(queue.kind) is not netem")
            return
        }
        #expect(queue.readBackText(told) == "netem holds all that it was told, with its seed")
        told.seed = nil
        let without = "this kernel takes no seed, and loses other packets each time"
        #expect(queue.readBackText(told) == "netem holds all that it was told; \(without)")
        told.delayNanoseconds = 999_936
        #expect(
            queue.readBackText(told)
                == "netem holds something else than it was told (delayNanoseconds: 999936 instead of 1000000); "
                + without)
        #expect(queue.readBackText(nil) == "this kernel does not show what netem holds")
    }

    private static let client = InterfaceID(node: "client", interface: "eth0")
    private static let server = InterfaceID(node: "server", interface: "eth0")
    private static let none = Probability(0)

    private static func reason(_ impairments: (InterfaceID?, Impairment)...) -> String? {
        var link = Link(name: "cable", ends: [client, server])
        link.impairments = impairments.enumerated().map {
            NamedImpairment(name: "i\($0)", from: $1.0, impairment: $1.1)
        }
        return DriverChoice.reasonAgainstKernel(link)
    }

    private static let rate = Impairment.rate(DataRate(bitsPerSecond: 1_000_000), limit: 10)
    private static let loss = Impairment.loss(.random(Probability(0.1), correlation: none))

    @Test func dropsByNumberPlainLossAndARateNeedNoNetem() {
        #expect(Self.reason((nil, .pattern(PacketPattern(.drop, .every(3))))) == nil)
        #expect(Self.reason((nil, Self.loss)) == nil)
        #expect(Self.reason((nil, Self.rate)) == nil)
        #expect(Self.reason((nil, Self.loss), (Self.client, Self.rate), (Self.server, Self.rate)) == nil)
    }

    @Test(arguments: [
        (PacketPattern.Action.delay(.seconds(1)), "nftables cannot hold or change single packets"),
        (.duplicate, "nftables cannot duplicate single packets"),
        (.corrupt, "nftables cannot hold or change single packets"),
        (.holdUntil(packets: 2), "nftables cannot hold or change single packets"),
    ])
    func whatRulesCannotDoIsSaid(action: PacketPattern.Action, reason: String) {
        #expect(Self.reason((nil, .pattern(PacketPattern(action, .first(1))))) == reason)
    }

    @Test func emulationIsForTheWire() {
        #expect(
            Self.reason((Self.client, .emulate(.twRecycle))) == "no qdisc and no rule emulates tw_recycle")
    }
}
