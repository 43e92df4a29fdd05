import KernelTestSupport
import LinuxSystem
import Testing

@testable import Netlink

/// Requests that the kernel refuses: the errno has to match; the text, where there is one, is the kernel's own.
@Suite(.needsRoot) struct RefusalKernelTests {
    struct Refusal: Sendable, CustomTestStringConvertible {
        var name: String
        var errno: Int32
        var operation: String
        var attributePath: [String] = []
        var hasText = false
        var attempt: @Sendable (TwoNamespaces) throws -> Void
        var testDescription: String { name }
    }

    static let refusals: [Refusal] = [
        Refusal(
            name: "name taken", errno: 17, operation: "create veth west",
            attempt: {
                try $0.a.createVethPair(
                    name: "west", isUp: false, peerName: "x", peerNamespace: $0.b.namespace)
            }),
        Refusal(
            name: "MTU below the device's minimum", errno: 22, operation: "set link west",
            hasText: true, attempt: { try $0.a.setLink("west", LinkChange(mtu: 10)) }),
        Refusal(
            name: "MTU of the peer above the device's maximum", errno: 22, operation: "create veth w2",
            attempt: {
                try $0.a.createVethPair(
                    name: "w2", isUp: false, peerName: "x", peerNamespace: $0.b.namespace, peerMTU: 100_000)
            }),
        Refusal(
            name: "too many queues", errno: 22, operation: "create veth w2",
            attempt: {
                try $0.a.createVethPair(
                    name: "w2", isUp: false, peerName: "x", peerNamespace: $0.b.namespace, numTxQueues: 5000)
            }),
        Refusal(
            name: "no such device", errno: 19, operation: "set link nowhere",
            attempt: { try $0.a.setLink("nowhere", LinkChange(isUp: true)) }),
        Refusal(
            name: "loopback cannot be deleted", errno: 95, operation: "delete link lo",
            attempt: { try $0.a.deleteLink("lo") }),
        Refusal(
            name: "veth does not let carrier be set", errno: 95, operation: "set link west",
            attempt: { try $0.a.setLink("west", LinkChange(carrier: false)) }),
        Refusal(
            name: "address given twice", errno: 17, operation: "add address 10.0.0.1/24 to west",
            attempt: { try $0.a.addAddress([10, 0, 0, 1], prefixLength: 24, to: "west") }),
        Refusal(
            name: "prefix longer than the address", errno: 22, operation: "add address 10.0.0.7/33 to west",
            attempt: { try $0.a.addAddress([10, 0, 0, 7], prefixLength: 33, to: "west") }),
        Refusal(
            name: "address that the device lacks", errno: 99,
            operation: "delete address 10.0.0.7/24 from west",
            attempt: { try $0.a.deleteAddress([10, 0, 0, 7], prefixLength: 24, from: "west") }),
        Refusal(
            name: "destination with host bits", errno: 22, operation: "add route 10.7.0.1/16", hasText: true,
            attempt: {
                try $0.a.addRoute(Route(to: [10, 7, 0, 1], prefixLength: 16, gateway: [10, 0, 0, 2]))
            }),
        Refusal(
            name: "gateway out of reach", errno: 101, operation: "add route 10.7.0.0/16", hasText: true,
            attempt: {
                try $0.a.addRoute(Route(to: [10, 7, 0, 0], prefixLength: 16, gateway: [192, 168, 1, 1]))
            }),
        Refusal(
            name: "no such route", errno: 3, operation: "delete route 10.7.0.0/16",
            attempt: { try $0.a.deleteRoute(Route(to: [10, 7, 0, 0], prefixLength: 16)) }),
        Refusal(
            name: "hardware address of 40 bytes", errno: 34, operation: "set link west",
            attributePath: ["IFLA_ADDRESS"], hasText: true,
            attempt: { try $0.a.setLink("west", LinkChange(mac: [UInt8](repeating: 2, count: 40))) }),
        Refusal(
            name: "hardware address of the peer of 40 bytes", errno: 34, operation: "create veth w2",
            attributePath: ["IFLA_LINKINFO", "IFLA_INFO_DATA", "VETH_INFO_PEER", "IFLA_ADDRESS"],
            hasText: true,
            attempt: {
                try $0.a.createVethPair(
                    name: "w2", isUp: false, peerName: "x", peerNamespace: $0.b.namespace,
                    peerMAC: [UInt8](repeating: 2, count: 40))
            }),
        Refusal(
            name: "unknown congestion control", errno: 22, operation: "add route 10.7.0.0/16",
            attempt: {
                var metrics = RouteMetrics()
                metrics.congestionControl = "no-such-algorithm"
                try $0.a.addRoute(
                    Route(to: [10, 7, 0, 0], prefixLength: 16, gateway: [10, 0, 0, 2], metrics: metrics))
            }),
        Refusal(
            name: "no such neighbour", errno: 2, operation: "delete neighbour 10.0.0.77 on west",
            attempt: { try $0.a.deleteNeighbour([10, 0, 0, 77], device: "west") }),
        Refusal(
            name: "neighbour address of the wrong length", errno: 22,
            operation: "add neighbour 10.0.0.77 on west",
            attempt: { try $0.a.addNeighbour([10, 0, 0, 77], mac: [1, 2], device: "west") }),
        Refusal(
            name: "name of sixteen bytes", errno: 22, operation: "show link sixteen-bytes-xx",
            hasText: true, attempt: { _ = try $0.a.link(named: "sixteen-bytes-xx") }),
        Refusal(
            name: "address of five bytes", errno: 97, operation: "add address 1:2:3:4:5/8 to west",
            hasText: true, attempt: { try $0.a.addAddress([1, 2, 3, 4, 5], prefixLength: 8, to: "west") }),
    ]

    @Test(arguments: refusals)
    func refusalSaysWhatWasAttemptedAndWhy(refusal: Refusal) throws {
        let pair = try TwoNamespaces.joined()
        let error = #expect(throws: NetlinkError.self) { try refusal.attempt(pair) }
        #expect(error?.errno == refusal.errno, "\(error as Any)")
        #expect(error?.operation == refusal.operation)
        // Kernels differ in which refusals they explain; those that all do since 4.19 are marked.
        if refusal.hasText { #expect(error?.kernelText?.isEmpty == false, "\(error as Any)") }
        #expect(error?.attributePath == refusal.attributePath)
    }
}
