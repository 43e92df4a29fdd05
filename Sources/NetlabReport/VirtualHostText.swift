import NetlabModel

/// What a report says about the virtual machine that a run was made in.
enum VirtualHostText {
    /// `emulated: QEMU 7.2.22, tcg, kernel debian-6.1-cloud, on Linux 6.18, virtual time`
    static func line(_ virtualHost: VirtualHost) -> String {
        let time = virtualHost.isVirtualTime ? ", virtual time" : ""
        return
            "emulated: \(virtualHost.emulator), \(virtualHost.acceleration), kernel \(virtualHost.kernel), on Linux \(virtualHost.hostKernel)\(time)"
    }

    /// How long the run took: with virtual time by both clocks.
    static func time(of record: RunRecord) -> String {
        let duration = FlowText.time(record.duration)
        guard let virtualHost = record.virtualHost else { return duration }
        let wall = FlowText.time(virtualHost.wallTime)
        return virtualHost.isVirtualTime
            ? "\(duration) virtual, \(wall) wall" : "\(duration), \(wall) with the machine"
    }

    /// What did not work, and the end of the console of a machine that died.
    static func write(_ virtualHost: VirtualHost, _ page: inout TextPage) {
        for note in virtualHost.notes { page.paragraph("    ", "in the virtual machine: \(note)", .faint) }
        guard let console = virtualHost.console else { return }
        let lines = console.split(separator: "\n").suffix(12)
        if lines.isEmpty { return }
        page.paragraph("    ", "the end of its console (the record has more):", .faint)
        for line in lines { page.add("      " + StyledText(String(line), .faint)) }
    }
}
