import LinuxSystem

extension LabNode {
    /// Spreads the receive work of a device's first queue over CPUs, as a mask; 0 switches steering off.
    func setRPS(_ cpus: UInt64, on interface: String) throws {
        // The file wants groups of 32 bits, separated by commas.
        let low = String(cpus & 0xffff_ffff, radix: 16)
        let high = cpus >> 32
        let padded = String(repeating: "0", count: 8 - low.count) + low
        let mask = high == 0 ? low : "\(String(high, radix: 16)),\(padded)"
        try NamespaceSysfs(of: namespace).write(mask, to: "class/net/\(interface)/queues/rx-0/rps_cpus")
    }
}
