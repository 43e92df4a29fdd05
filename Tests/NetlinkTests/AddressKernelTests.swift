import KernelTestSupport
import LinuxSystem
import Testing

@testable import Netlink

@Suite(.needsRoot) struct AddressKernelTests {
    @Test func ipv4AddressIsAddedReadBackAndDeleted() throws {
        let pair = try TwoNamespaces.joined()
        let own = try #require(try pair.a.addresses(ofLink: "west").first { $0.address.count == 4 })
        #expect(own.address == [10, 0, 0, 1])
        #expect(own.prefixLength == 24)
        #expect(own.flags.contains(.permanent))
        #expect(own.peer == nil)
        try pair.a.deleteAddress([10, 0, 0, 1], prefixLength: 24, from: "west")
        #expect(try !pair.a.addresses().contains { $0.address == [10, 0, 0, 1] })
    }

    @Test func ipv6AddressIsUsableAtOnce() throws {
        let pair = try TwoNamespaces.joined()
        let address: [UInt8] = [0xfd] + [UInt8](repeating: 0, count: 14) + [1]
        try pair.a.addAddress(address, prefixLength: 64, to: "west")
        let own = try #require(try pair.a.addresses(ofLink: "west").first { $0.address == address })
        #expect(own.flags.contains(.noDuplicateDetection))
        #expect(!own.flags.contains(.tentative))
        try pair.a.deleteAddress(address, prefixLength: 64, from: "west")
    }

    @Test func ipv6AddressWithDetectionIsTentativeFirst() throws {
        let pair = try TwoNamespaces.joined()
        let address: [UInt8] = [0xfd] + [UInt8](repeating: 0, count: 14) + [1]
        try pair.a.addAddress(address, prefixLength: 64, to: "west", detectsDuplicates: true)
        let own = try #require(try pair.a.addresses(ofLink: "west").first { $0.address == address })
        #expect(own.flags.contains(.tentative))
    }

    @Test func peerAndPrefixRouteOptionsAreHonoured() throws {
        let pair = try TwoNamespaces.joined()
        try pair.a.addAddress([10, 9, 0, 1], prefixLength: 32, to: "west", peer: [10, 9, 0, 2])
        let own = try #require(try pair.a.addresses(ofLink: "west").first { $0.address == [10, 9, 0, 1] })
        #expect(own.peer == [10, 9, 0, 2])
        try pair.a.addAddress([10, 8, 0, 1], prefixLength: 24, to: "west", addsPrefixRoute: false)
        let routes = try pair.a.routes(.ipv4, table: 254).map(\.destination)
        #expect(routes.contains([10, 0, 0, 0]))
        #expect(!routes.contains([10, 8, 0, 0]))
    }
}
