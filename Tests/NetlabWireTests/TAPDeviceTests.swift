import Glibc
import KernelTestSupport
import LinuxSystem
import NetlabModel
import Netlink
import Testing

@testable import NetlabWire

/// A TAP device's end: its descriptor only lets go of it, its namespace takes it away.
@Suite(.needsRoot, .needsTUN, .leavesNothingBehind) struct TAPDeviceTests {
    /// Whether a device is gone soon; nothing tells when a namespace has ended, so it is looked at.
    private func disappears(_ name: String, from route: RouteSocket) throws -> Bool {
        for _ in 0..<20_000 {
            if try !route.links().contains(where: { $0.name == name }) { return true }
            poll(nil, 0, 1)
        }
        return false
    }

    @Test(arguments: [false, true])
    func aDeviceOutlivesItsDescriptorInANamespaceThatIsHeld(superPackets: Bool) throws {
        let route = try RouteSocket(in: .create())
        var device: TAPDevice? = try TAPDevice(
            name: "eth0", in: route.namespace, carriesSuperPackets: superPackets)
        try route.setLink("eth0", LinkChange(isUp: true))
        #expect(try route.link(named: "eth0").isLowerUp)
        #expect(device?.name == "eth0")
        device = nil
        // Unregistering it by itself would wait for a grace period, once for each device of a lab.
        #expect(try route.link(named: "eth0").isUp)
        #expect(try !route.link(named: "eth0").isLowerUp)
    }

    @Test(arguments: [false, true])
    func aNamespaceEndsWithTheDescriptorsOfItsDevices(usesRing: Bool) throws {
        let witness = try RouteSocket(in: .create())
        do {
            let pair = try WiredPair(usesRing: usesRing)
            // A device in there has an end out here, which goes when the namespace does.
            for (host, socket) in pair.sockets.enumerated() {
                try socket.createVethPair(
                    name: "outside", isUp: false, peerName: "seen\(host)", peerNamespace: witness.namespace)
            }
            let receiver = try pair.udp(2, port: 5000)
            let sender = try pair.udp(1)
            try sender.connect(to: 2, port: 5000)
            for number in 1...100 { try sender.send(number) }
            #expect(try receiver.receive(100).count == 100)
            #expect(try witness.links().count(where: { $0.name.hasPrefix("seen") }) == 2)
        }
        for host in 0...1 { #expect(try disappears("seen\(host)", from: witness)) }
    }
}
