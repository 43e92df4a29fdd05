import NetlabModel

/// Reads sysctls: names as sysctl(8) prints them, values as they are written to /proc/sys, or a mapping of a value and the
/// kernels that it is for.
enum SysctlDecoder {
    /// Settings that exist once for the whole machine, or that a namespace can only read.
    private static let hostWide: Set<String> = [
        "net.core.netdev_max_backlog", "net.core.netdev_budget", "net.core.netdev_budget_usecs",
        "net.core.default_qdisc", "net.core.rmem_max", "net.core.wmem_max", "net.core.rmem_default",
        "net.core.wmem_default", "net.core.message_burst", "net.core.message_cost", "net.core.dev_weight",
        "net.ipv4.tcp_mem", "net.ipv4.udp_mem", "net.ipv4.tcp_max_orphans", "net.ipv4.tcp_low_latency",
        "net.ipv4.tcp_allowed_congestion_control", "net.netfilter.nf_conntrack_max",
        "net.netfilter.nf_conntrack_buckets", "net.netfilter.nf_conntrack_expect_max",
        "net.nf_conntrack_max",
    ]

    static func setting(_ entry: YAMLTree.Entry, _ complaints: Complaints) -> SysctlSetting? {
        let parts = entry.key.split(separator: ".", omittingEmptySubsequences: false)
        let isName =
            parts.count >= 2 && parts.allSatisfy { !$0.isEmpty }
            && entry.key.unicodeScalars.allSatisfy {
                ("a"..."z").contains($0) || ("A"..."Z").contains($0) || ("0"..."9").contains($0)
                    || "._-".unicodeScalars.contains($0)
            }
        guard isName else {
            complaints.error(
                "\"\(entry.key.shortened)\" is not the name of a sysctl", at: entry.keyPosition,
                hint: "write it with dots, such as net.ipv4.tcp_syn_retries")
            return nil
        }
        var tree = entry.value
        var kernel: KernelRange?
        var otherwise: String?
        if tree.entries != nil {
            guard let reader = NodeReader(tree, "a setting", complaints) else { return nil }
            let value = reader.required("value", hint: "write { value: 1, kernel: \"< 4.12\" }")
            kernel = reader.value("kernel").flatMap { LessonDecoder.kernelRange($0, complaints) }
            otherwise = reader.text("otherwise")
            if kernel == nil, reader.has("otherwise"), !reader.has("kernel") {
                complaints.error(
                    "\(entry.key): otherwise is for where the setting is left out, and it never is",
                    at: reader.keyPosition("otherwise"), hint: "add kernel: \"< 4.12\", or leave it out")
            }
            reader.finish()
            guard let value else { return nil }
            tree = value
        }
        guard let value = complaints.text(tree, entry.key) else { return nil }
        guard !value.unicodeScalars.contains("\n") else {
            complaints.error("\(entry.key): a value is one line", at: tree.position)
            return nil
        }
        if value == "true" || value == "false" {
            complaints.error(
                "\(entry.key): the kernel knows numbers, not \(value)", at: tree.position,
                hint: value == "true" ? "write 1" : "write 0")
            return nil
        }
        return SysctlSetting(name: entry.key, value: value, kernel: kernel, otherwise: otherwise)
    }

    /// A setting of one node: in the net tree, per namespace, and of an interface that the node has.
    static func nodeSetting(
        _ entry: YAMLTree.Entry, interfaces: [String], _ complaints: Complaints
    ) -> SysctlSetting? {
        guard let setting = setting(entry, complaints) else { return nil }
        guard setting.name.hasPrefix("net.") else {
            complaints.error(
                "a node has only the sysctls under net., not \(setting.name)", at: entry.keyPosition,
                hint: "settings of the whole machine stand under host:")
            return nil
        }
        guard !hostWide.contains(setting.name) else {
            complaints.error(
                "\(setting.name) belongs to the whole machine, not to a node", at: entry.keyPosition,
                hint: "write it under host: (and run with --allow-host-changes)")
            return nil
        }
        let parts = setting.name.split(separator: ".").map(String.init)
        if parts.count >= 5, parts[2] == "conf" || parts[2] == "neigh" {
            let known = interfaces + ["all", "default", "lo"]
            if !known.contains(parts[3]) {
                complaints.error(
                    "\(setting.name): the node has no interface \"\(parts[3])\"", at: entry.keyPosition,
                    hint: NearestWord.hintOrList(for: parts[3], among: known))
                return nil
            }
        }
        return setting
    }
}
