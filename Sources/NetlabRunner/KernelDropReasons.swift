import LinuxSystem
import NetlabProbe

/// The reasons for which this kernel can drop a packet, for whoever counts which of them were seen.
public enum KernelDropReasons {
    /// Names without prefix, in order.
    ///
    /// - Throws: `SystemError` if the kernel does not tell them.
    public static func names() throws(SystemError) -> [String] {
        // These two mean that a packet was not dropped, or are the end of the list.
        let bounds: Set = ["NOT_DROPPED_YET", "CONSUMED", "MAX", "SUBSYS_MASK"]
        return try DropReasonNames.ofRunningKernel().names.values.filter { !bounds.contains($0) }.sorted()
    }
}
