import NetlabModel

/// What a report says about the virtual machine that a run was made in.
enum EmulationText {
    /// `emulated: QEMU 7.2.22, tcg, kernel debian-6.1-cloud, on Linux 6.18, virtual time`
    static func line(_ emulation: Emulation) -> String {
        let time = emulation.isVirtualTime ? ", virtual time" : ""
        return
            "emulated: \(emulation.emulator), \(emulation.acceleration), kernel \(emulation.kernel), on Linux \(emulation.hostKernel)\(time)"
    }

    /// How long the run took: with virtual time by both clocks.
    static func time(of record: RunRecord) -> String {
        let duration = FlowText.time(record.duration)
        guard let emulation = record.emulation else { return duration }
        let wall = FlowText.time(emulation.wallTime)
        return emulation.isVirtualTime
            ? "\(duration) virtual, \(wall) wall" : "\(duration), \(wall) with the machine"
    }

    /// What did not work, and the end of the console of a machine that died.
    static func write(_ emulation: Emulation, _ page: inout TextPage) {
        for note in emulation.notes { page.paragraph("    ", "in the virtual machine: \(note)", .faint) }
        guard let console = emulation.console else { return }
        let lines = console.split(separator: "\n").suffix(12)
        if lines.isEmpty { return }
        page.paragraph("    ", "the end of its console (the record has more):", .faint)
        for line in lines { page.add("      " + StyledText(String(line), .faint)) }
    }
}
