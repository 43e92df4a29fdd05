import CMnl
import Glibc
import KernelTestSupport
import LinuxSystem
import Testing

@testable import Netlink

@Suite(.needsRoot) struct EthtoolKernelTests {
    @Test func segmentationIsSwitchedOffAndOnAgain() throws {
        let pair = try TwoNamespaces.joined()
        let ethtool = try EthtoolSocket(in: pair.a.namespace)
        let before = try ethtool.features(device: "west")
        for name in [
            "tx-tcp-segmentation", "tx-generic-segmentation", "rx-gro", "tx-checksum-ip-generic",
            "tx-udp-segmentation", "tx-scatter-gather", "rx-checksum",
        ] {
            #expect(before.known.contains(name), "\(name)")
            #expect(before.supported.contains(name), "\(name)")
        }
        #expect(before.active.contains("tx-tcp-segmentation"))
        #expect(before.active.isSubset(of: before.known))
        #expect(before.fixed.isDisjoint(with: ["tx-tcp-segmentation"]))

        try ethtool.setFeatures(
            device: "west",
            ["tx-tcp-segmentation": false, "tx-generic-segmentation": false, "tx-udp-segmentation": false])
        let off = try ethtool.features(device: "west")
        #expect(
            before.active.subtracting(off.active).isSuperset(of: [
                "tx-tcp-segmentation", "tx-generic-segmentation", "tx-udp-segmentation",
            ]))
        try ethtool.setFeatures(
            device: "west",
            ["tx-tcp-segmentation": true, "tx-generic-segmentation": true, "tx-udp-segmentation": true])
        #expect(try ethtool.features(device: "west").active == before.active)
        try ethtool.setFeatures(device: "west", [:])
    }

    @Test func featureThatDependsOnAnotherGoesWithIt() throws {
        let pair = try TwoNamespaces.joined()
        let ethtool = try EthtoolSocket(in: pair.a.namespace)
        try ethtool.setFeatures(device: "west", ["tx-checksum-ip-generic": false])
        let active = try ethtool.features(device: "west").active
        #expect(!active.contains("tx-tcp-segmentation"))
        let error = #expect(throws: NetlinkError.self) {
            try ethtool.setFeatures(device: "west", ["tx-tcp-segmentation": true])
        }
        // Wanted, and granted as soon as checksums are: the request has not come true.
        #expect(error?.errno == EOPNOTSUPP)
        #expect(error?.kernelText == "the device keeps tx-tcp-segmentation as it is")
    }

    @Test func unknownFeaturesAndDevicesAreRefused() throws {
        let pair = try TwoNamespaces.joined()
        let ethtool = try EthtoolSocket(in: pair.a.namespace)
        let feature = #expect(throws: NetlinkError.self) {
            try ethtool.setFeatures(device: "west", ["tx-no-such-thing": true])
        }
        #expect(feature?.errno == EOPNOTSUPP || feature?.errno == EINVAL)
        #expect(feature?.attribute?.hasPrefix("ETHTOOL_A_BITSET_BIT") == true)
        let device = #expect(throws: NetlinkError.self) { try ethtool.features(device: "nowhere") }
        #expect(device?.errno == ENODEV)
        #expect(device?.attributePath == ["ETHTOOL_A_HEADER", "ETHTOOL_A_HEADER_DEV_NAME"])
    }

    @Test func channelsAreThoseOfTheDevice() throws {
        let pair = try TwoNamespaces()
        try pair.a.createVethPair(
            name: "west", isUp: true, peerName: "east", peerNamespace: pair.b.namespace, numTxQueues: 3,
            numRxQueues: 2)
        let ethtool = try EthtoolSocket(in: pair.a.namespace)
        let channels = try ethtool.channels(device: "west")
        #expect(channels.transmit.maximum == 3)
        #expect(channels.receive.maximum == 2)
        let error = #expect(throws: NetlinkError.self) { try ethtool.rings(device: "lo") }
        #expect(error?.errno == EOPNOTSUPP)
    }
}

@Suite(.needsRoot) struct ConntrackKernelTests {
    /// Adds an entry, as `conntrack -I` does: what is tracked needs rules, what is inserted does not.
    private func insert(
        source: [UInt8], destination: [UInt8], port: UInt16, in namespace: NetworkNamespace
    ) throws {
        func tuple(
            _ builder: inout MessageBuilder, _ source: [UInt8], _ destination: [UInt8], _ ports: [UInt16]
        ) {
            builder.nest(CTA_TUPLE_IP.number, "CTA_TUPLE_IP") {
                $0.put(CTA_IP_V4_SRC.number, "CTA_IP_V4_SRC", bytes: source)
                $0.put(CTA_IP_V4_DST.number, "CTA_IP_V4_DST", bytes: destination)
            }
            builder.nest(CTA_TUPLE_PROTO.number, "CTA_TUPLE_PROTO") {
                $0.put(CTA_PROTO_NUM.number, "CTA_PROTO_NUM", UInt8(17))
                $0.put(CTA_PROTO_SRC_PORT.number, "CTA_PROTO_SRC_PORT", ports[0].bigEndian)
                $0.put(CTA_PROTO_DST_PORT.number, "CTA_PROTO_DST_PORT", ports[1].bigEndian)
            }
        }
        var header = nfgenmsg()
        header.nfgen_family = UInt8(AF_INET)
        var request = MessageBuilder(
            type: Int(NFNL_SUBSYS_CTNETLINK) << 8 | IPCTNL_MSG_CT_NEW.number,
            flags: NLM_F_CREATE | NLM_F_EXCL,
            header: header)
        request.nest(CTA_TUPLE_ORIG.number, "CTA_TUPLE_ORIG") { tuple(&$0, source, destination, [port, 53]) }
        request.nest(CTA_TUPLE_REPLY.number, "CTA_TUPLE_REPLY") {
            tuple(&$0, destination, source, [53, port])
        }
        request.put(CTA_TIMEOUT.number, "CTA_TIMEOUT", UInt32(60).bigEndian)
        request.put(CTA_MARK.number, "CTA_MARK", UInt32(7).bigEndian)
        try NetlinkSocket(family: NETLINK_NETFILTER, in: namespace).send(request, "insert entry")
    }

    @Test func entriesAreCountedListedAndFlushed() throws {
        let namespace = try NetworkNamespace.create()
        let conntrack = try ConntrackSocket(in: namespace)
        #expect(try conntrack.globalCounts().entries == 0)
        #expect(try conntrack.globalCounts().maximum ?? 1 > 0)
        for port: UInt16 in 1...3 {
            try insert(source: [10, 0, 0, 1], destination: [10, 0, 0, 2], port: port, in: namespace)
        }
        #expect(try conntrack.globalCounts().entries == 3)
        let entries = try conntrack.entries().sorted {
            $0.original.sourcePort ?? 0 < $1.original.sourcePort ?? 0
        }
        #expect(entries.map(\.original.sourcePort) == [1, 2, 3])
        let entry = try #require(entries.first)
        #expect(entry.original.source == [10, 0, 0, 1])
        #expect(entry.original.destination == [10, 0, 0, 2])
        #expect(entry.original.destinationPort == 53)
        #expect(entry.reply.source == [10, 0, 0, 2])
        #expect(entry.reply.destinationPort == 1)
        #expect(entry.transport == 17)
        #expect(entry.mark == 7)
        #expect((50...60).contains(entry.timeoutSeconds))
        #expect(entry.tcpState == nil)
        try conntrack.flush()
        #expect(try conntrack.globalCounts().entries == 0)
        #expect(try conntrack.entries().isEmpty)
    }

    @Test func countersAreGivenForEachCPU() throws {
        let namespace = try NetworkNamespace.create()
        let statistics = try ConntrackSocket(in: namespace).statistics()
        #expect(statistics.count == sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        #expect(statistics.map(\.cpu) == statistics.map(\.cpu).sorted())
        for name in ["found", "invalid", "insert", "insert_failed", "drop", "early_drop"] {
            #expect(statistics.allSatisfy { $0.counters[name] == 0 }, "\(name)")
        }
    }
}
