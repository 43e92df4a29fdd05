import KernelTestSupport
import LinuxSystem
import NetlabExplain
import NetlabModel
import NetlabProbe
import Netlink
import Testing

/// Nothing that this kernel shows may go unexplained.
@Suite struct LiveKernelTests {
    @Test(.needsRoot) func everyCounterOfThisKernelIsExplained() throws {
        let namespace = try NetworkNamespace.create()
        let routes = try RouteSocket(in: namespace)
        try routes.createBridge(name: "br0", isUp: false)
        let probe = try LabProbe(subjects: [
            .init(node: "fresh", namespace: namespace, interfaces: ["lo", "br0"])
        ])
        let snapshot = probe.snapshot(at: 0)
        #expect(snapshot.errors == [:])
        var explained = 0
        for (key, _) in snapshot.readings.values.joined() {
            let id = try #require(CounterID(key))
            #expect(Explanations.explanation(for: id) != nil, "\(key)")
            explained += 1
        }
        #expect(explained > 300)
    }

    @Test func everyDropReasonOfThisKernelIsExplained() throws {
        let reasons = try DropReasonNames.ofRunningKernel().names.values
        #expect(reasons.count > 50)
        for reason in reasons where !["NOT_DROPPED_YET", "CONSUMED", "MAX"].contains(reason) {
            #expect(Explanations.explanation(for: CounterID(.drop, reason)) != nil, "\(reason)")
        }
    }
}
