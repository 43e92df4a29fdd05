import NetlabModel

/// Reads one interface of a node.
struct InterfaceDecoder {
    let complaints: Complaints

    /// The short names of ethtool(8).
    private static let offloads: Set<String> = [
        "tso", "gso", "gro", "lro", "tx", "rx", "sg", "ufo", "rxhash", "rxvlan", "txvlan",
    ]

    func interface(_ entry: YAMLTree.Entry) -> Interface? {
        guard Name.isInterface(entry.key) else {
            complaints.error(
                "\"\(entry.key.shortened)\" is not a name for an interface", at: entry.keyPosition,
                hint: entry.key.utf8.count > 15
                    ? "the kernel takes at most 15 bytes" : "no blanks, slashes, colons or brackets")
            return nil
        }
        guard
            let reader = NodeReader(
                entry.value, "an interface", complaints, hint: "write \(entry.key): 10.0.0.1/24")
        else { return nil }
        var interface = Interface(name: entry.key)
        if reader.has("address"), reader.has("addresses") {
            complaints.error(
                "an interface has either address or addresses", at: reader.keyPosition("addresses"))
        }
        for key in ["address", "addresses"] {
            guard let tree = reader.value(key) else { continue }
            for item in tree.items ?? [tree] {
                guard let prefix = complaints.prefix(item) else { continue }
                if interface.addresses.contains(where: { $0.address == prefix.address }) {
                    complaints.error("\(prefix.address) stands here twice", at: item.position)
                }
                interface.addresses.append(prefix)
            }
        }
        interface.mtu = reader.integer("mtu", in: 68...65535) ?? interface.mtu
        interface.isUp = reader.boolean("up") ?? interface.isUp
        interface.hasCarrier = reader.boolean("carrier") ?? interface.hasCarrier
        interface.mac = reader.value("mac").flatMap { complaints.mac($0, "mac") }
        interface.txQueueLength = reader.integer("txqueuelen", in: 0...1_000_000)
        if let tree = reader.value("offloads"), let features = NodeReader(tree, "offloads", complaints) {
            for feature in features.entries {
                guard let isOn = features.boolean(feature.key) else { continue }
                guard Self.offloads.contains(feature.key) || feature.key.contains("-") else {
                    complaints.error(
                        "\"\(feature.key.shortened)\" is not an offload", at: feature.keyPosition,
                        hint: NearestWord.hintOrList(for: feature.key, among: Self.offloads))
                    continue
                }
                interface.offloads[feature.key] = isOn
            }
        }
        interface.qdisc = reader.value("qdisc").flatMap(qdisc)
        interface.rpsCPUs = reader.value("rps").flatMap(cpuMask)
        reader.finish(synonyms: [
            "ip": "address", "ipv6": "addresses", "state": "up", "offload": "offloads",
            "txqlen": "txqueuelen", "hwaddr": "mac", "rps_cpus": "rps", "rps-cpus": "rps",
        ])
        return interface
    }

    /// `{ tbf: { rate: 1 mbit, burst: 2 KiB, limit: 3000 B } }`: one kind with its settings.
    private func qdisc(_ tree: YAMLTree) -> Qdisc? {
        if tree.text == "fq_codel" { return .fqCodel }
        let example = "write qdisc: { tbf: { rate: 1 mbit, burst: 2 KiB, limit: 3000 B } }"
        guard let reader = NodeReader(tree, "a qdisc", complaints, hint: example) else { return nil }
        guard reader.entries.count == 1, let entry = reader.entries.first else {
            complaints.error("a qdisc is of one kind", at: tree.position, hint: example)
            return nil
        }
        let kinds = ["tbf", "pfifo", "bfifo", "htb", "fq_codel", "netem"]
        for kind in kinds { _ = reader.value(kind) }
        guard kinds.contains(entry.key) else {
            complaints.error(
                "\"\(entry.key.shortened)\" is not a kind of qdisc", at: entry.keyPosition,
                hint: NearestWord.hintOrList(for: entry.key, among: kinds))
            return nil
        }
        if entry.key == "netem" {
            let items = entry.value.items ?? [entry.value]
            return .netem(
                items.compactMap { item in
                    guard let settings = NodeReader(item, "netem", complaints) else { return nil }
                    let impairment = ImpairmentDecoder(complaints: complaints).impairment(settings)
                    settings.finish()
                    if case .emulate = impairment {
                        complaints.error(
                            "netem emulates no other kernel", at: settings.keyPosition("emulate"),
                            hint: "impair the link instead")
                        return nil
                    }
                    if case .pattern = impairment {
                        complaints.error(
                            "netem cannot choose packets by their number", at: item.position,
                            hint: "write it as an impairment of the link")
                        return nil
                    }
                    return impairment
                })
        }
        guard let settings = NodeReader(entry.value, entry.key, complaints, hint: example) else { return nil }
        defer { settings.finish() }
        switch entry.key {
        case "tbf":
            let rate = settings.required("rate").flatMap {
                complaints.quantity($0, "rate", UnitText.dataRate)
            }
            let burst = settings.byteCount("burst", atLeast: 1) ?? ByteCount(1600)
            let limit = settings.byteCount("limit", atLeast: 1) ?? ByteCount(30_000)
            return rate.map { .tbf(rate: $0, burst: burst, limit: limit) }
        case "pfifo":
            return settings.integer("limit", in: 1...1_000_000).map { .pfifo(limit: $0) }
                ?? missing("limit", settings)
        case "bfifo":
            return settings.byteCount("limit", atLeast: 1).map { .bfifo(limit: $0) }
                ?? missing("limit", settings)
        case "htb":
            let limit = settings.integer("limit", in: 1...1_000_000) ?? 1000
            return settings.dataRate("rate").map { .htb(rate: $0, limit: limit) } ?? missing("rate", settings)
        default:
            return .fqCodel
        }
    }

    private func missing(_ key: String, _ reader: NodeReader) -> Qdisc? {
        if !reader.has(key) { complaints.error("\(reader.what) wants \(key)", at: reader.tree.position) }
        return nil
    }

    /// `[0, 1]`: the numbers of the CPUs.
    private func cpuMask(_ tree: YAMLTree) -> UInt64? {
        var mask: UInt64 = 0
        for item in tree.items ?? [tree] {
            guard let cpu = complaints.integer(item, "rps", in: 0...63) else { return nil }
            mask |= 1 << UInt64(cpu)
        }
        return mask
    }
}
