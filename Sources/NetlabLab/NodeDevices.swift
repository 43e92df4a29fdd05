import LinuxSystem
import NetlabModel
import Netlink

/// What a device had before a setting of it was changed for the first time.
struct DeviceBefore: Sendable {
    var mac: [UInt8]?
    /// By the kernel's names.
    var offloads: [String: Bool] = [:]
}

extension LabNode {
    /// Switches offloads of a device, by ethtool's short names or the kernel's own.
    ///
    /// Equivalent to: `ethtool -K NAME tso off gso off …`
    /// - Returns: what each of them was, by the kernel's names.
    @discardableResult
    func setOffloads(_ features: [String: Bool], on interface: String) throws -> [String: Bool] {
        let ethtool = try EthtoolSocket(in: namespace)
        let here = try ethtool.features(device: interface)
        var wanted: [String: Bool] = [:]
        for (name, isOn) in features {
            for name in Self.features(behind: name, of: here) { wanted[name] = isOn }
        }
        try ethtool.setFeatures(device: interface, wanted)
        // Not what is in effect: that depends on other features, which may be off for now.
        return Dictionary(uniqueKeysWithValues: wanted.keys.map { ($0, here.wanted.contains($0)) })
    }

    /// Puts offloads back to what they were.
    ///
    /// - Parameter before: by the kernel's names; what is not there was never changed.
    func resetOffloads(_ names: [String], to before: [String: Bool], on interface: String) throws {
        let ethtool = try EthtoolSocket(in: namespace)
        let here = try ethtool.features(device: interface)
        let features = names.flatMap { Self.features(behind: $0, of: here) }
        try ethtool.setFeatures(
            device: interface, before.filter { features.contains($0.key) })
    }

    /// The kernel's features behind a name. A short one stands for several, of which a device has some; newer kernels
    /// have more of them.
    private static func features(behind name: String, of here: EthtoolSocket.Features) -> [String] {
        name == "tso"
            ? here.supported.filter { $0.hasPrefix("tx-tcp") && $0.hasSuffix("segmentation") }.sorted()
            : offloadNames[name]?.filter(here.supported.contains) ?? [name]
    }

    /// The kernel's features behind the short names of ethtool(8).
    static let offloadNames: [String: [String]] = [
        "gso": ["tx-generic-segmentation"],
        "gro": ["rx-gro"],
        "tx": ["tx-checksum-ip-generic", "tx-checksum-ipv4", "tx-checksum-ipv6", "tx-checksum-sctp"],
        "rx": ["rx-checksum"],
        "sg": ["tx-scatter-gather", "tx-scatter-gather-fraglist"],
        "uso": ["tx-udp-segmentation"],
    ]

    /// Puts a qdisc at the root of a device's egress, or the default one back.
    func setQdisc(_ qdisc: Qdisc?, on interface: String) throws {
        guard let qdisc else {
            try route.deleteQdisc(device: interface)
            return
        }
        switch qdisc {
        case .tbf(let rate, let burst, let limit):
            let bucket = TokenBucket(
                rateBytesPerSecond: UInt64(rate.bitsPerSecond / 8), burstBytes: UInt32(burst.bytes),
                limitBytes: UInt32(limit.bytes))
            try route.replaceQdisc(device: interface, .tbf(bucket))
        case .pfifo(let limit):
            try route.replaceQdisc(device: interface, .pfifo(limitPackets: UInt32(limit)))
        case .bfifo(let limit):
            try route.replaceQdisc(device: interface, .bfifo(limitBytes: UInt32(limit.bytes)))
        case .htb(let rate, let limit):
            let root = TrafficHandle(1)
            let leaf = TrafficHandle(1, 1)
            try route.replaceQdisc(device: interface, handle: root, .htb(defaultClass: 1))
            try route.replaceClass(
                device: interface, parent: root, handle: leaf,
                HTBClass(rateBytesPerSecond: UInt64(rate.bitsPerSecond / 8)))
            try route.replaceQdisc(device: interface, parent: leaf, .pfifo(limitPackets: UInt32(limit)))
        case .fqCodel:
            try route.replaceQdisc(device: interface, .fqCodel(FQCodel()))
        case .netem(let impairments):
            let named = impairments.map {
                NamedImpairment(name: "netem", from: nil, impairment: $0)
            }
            try route.replaceQdisc(device: interface, .netem(MiddleQueue.netem(named, seed: 1)))
        }
    }

    /// From here on programs in the node see these names; netlab's own flows were bound to addresses by the plan.
    func setNames(hosts: [String: IPAddress], resolver: String?) {
        var files: [String: String] = [:]
        if !hosts.isEmpty { files["/etc/hosts"] = Node.hostsText(hosts) }
        if let resolver { files["/etc/resolv.conf"] = resolver.hasSuffix("\n") ? resolver : resolver + "\n" }
        programFiles.withLock { [files] in $0 = files }
    }
}
